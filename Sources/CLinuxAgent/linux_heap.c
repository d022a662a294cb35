#include "linux_heap.h"

#include <features.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

void linux_heap_trim(void) {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}
