// What Swift does not import of the C library's heap.
#pragma once

/// Gives the heap's free pages back to the kernel, where the C library can.
void linux_heap_trim(void);
