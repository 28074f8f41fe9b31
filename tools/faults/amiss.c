/* What disks and clocks do amiss, for one process and its children: loaded before the C library.
 *
 * The file AMISS names holds three numbers that may be changed at any time: milliseconds that each
 * fsync and fdatasync takes longer, whether they fail (EIO), and seconds that the calendar clock is
 * ahead. Time as it goes by (CLOCK_MONOTONIC, CLOCK_BOOTTIME) is left alone, as it is where somebody
 * sets a machine's clock.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile long *told(void) {
    static volatile long *kept;
    static const long nothing[3] = {0, 0, 0};
    if (!kept) {
        const char *name = getenv("AMISS");
        int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
        void *found = file < 0 ? MAP_FAILED : mmap(0, sizeof nothing, PROT_READ, MAP_SHARED, file, 0);
        if (file >= 0) close(file);
        kept = found == MAP_FAILED ? (volatile long *)nothing : found;
    }
    return kept;
}

static int synced(const char *name, int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    long late = told()[0];
    struct timespec wait = {late / 1000, late % 1000 * 1000000};
    if (late > 0) nanosleep(&wait, 0);
    if (told()[1]) {
        errno = EIO;
        return -1;
    }
    return real(file);
}

int fsync(int file) { return synced("fsync", file); }
int fdatasync(int file) { return synced("fdatasync", file); }

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += told()[2];
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec found;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &found)) return -1;
    now->tv_sec = found.tv_sec;
    now->tv_usec = found.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *kept) {
    struct timespec found;
    if (clock_gettime(CLOCK_REALTIME, &found)) return -1;
    if (kept) *kept = found.tv_sec;
    return found.tv_sec;
}
