// The Swift library refers to hypot and hypotf, which glibc 2.35 has under a new version: an executable built there would
// not start with the glibc 2.34 of Amazon Linux 2023 and RHEL 9. These bind to the functions' first version instead.
#include <features.h>

#if defined(__GLIBC__)
#if defined(__x86_64__)
#define FIRST "GLIBC_2.2.5"
#else
#define FIRST "GLIBC_2.17"
#endif

__asm__(".symver first_hypot, hypot@" FIRST);
__asm__(".symver first_hypotf, hypotf@" FIRST);

double first_hypot(double x, double y);
float first_hypotf(float x, float y);

double hypot(double x, double y) { return first_hypot(x, y); }
float hypotf(float x, float y) { return first_hypotf(x, y); }
#endif
