/* A wall clock that somebody sets, for one process: CLOCK_STEPS names a file of one 64-bit number,
 * the nanoseconds by which the clock is off. Loaded before the C library (LD_PRELOAD); the
 * monotonic clocks are left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t off_ns(void)
{
    static volatile int64_t *file;
    static int tried;
    if (!tried++) {
        const char *name = getenv("CLOCK_STEPS");
        int fd = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
        if (fd >= 0) {
            void *found = mmap(NULL, sizeof *file, PROT_READ, MAP_SHARED, fd, 0);
            file = found == MAP_FAILED ? NULL : found;
            close(fd);
        }
    }
    return file == NULL ? 0 : *file;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    if (real == NULL)
        real = dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        int64_t ns = now->tv_sec * INT64_C(1000000000) + now->tv_nsec + off_ns();
        now->tv_sec = ns / 1000000000;
        now->tv_nsec = ns % 1000000000;
    }
    return result;
}

int gettimeofday(struct timeval *now, void *zone)
{
    struct timespec exact;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &exact) != 0)
        return -1;
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *into)
{
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (into != NULL)
        *into = exact.tv_sec;
    return exact.tv_sec;
}
