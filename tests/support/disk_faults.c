/* A disk that is slow, full or broken, for the files whose path holds DISK_FAULTS_FILE.
 *
 * Loaded before the C library (LD_PRELOAD). DISK_FAULTS names a text file of words that is read
 * anew at each call, so that a fault can begin and end while a program runs:
 *
 *   fsync_ms=N       every flush takes N milliseconds more
 *   hang             a flush waits until the word is gone
 *   write=N:ERRNO    the Nth write from now on, and each one after it, fails with ERRNO
 *   fsync=N:ERRNO    the same for flushes
 *   while=PATH       these two only while PATH exists; the last word
 *
 * ERRNO is the number. The counts start anew when the text changes. The first call that fails writes
 * the time of CLOCK_MONOTONIC into the file DISK_FAULTS.first.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char text[1024];
static int writes, flushes;

static int concerned(int fd)
{
    const char *part = getenv("DISK_FAULTS_FILE");
    char link[64], path[4096];
    if (part == NULL)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0)
        return 0;
    path[length] = '\0';
    return strstr(path, part) != NULL;
}

static void read_text(char *into, size_t size)
{
    const char *name = getenv("DISK_FAULTS");
    memset(into, 0, size);
    int fd = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t length = read(fd, into, size - 1);
    (void)length;
    close(fd);
}

static void tell_first(void)
{
    static int told;
    const char *name = getenv("DISK_FAULTS");
    char path[1024], line[64];
    struct timespec now;
    if (told++ || name == NULL)
        return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(path, sizeof path, "%s.first", name);
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return;
    snprintf(line, sizeof line, "%lld.%09ld", (long long)now.tv_sec, now.tv_nsec);
    fputs(line, file);
    fclose(file);
}

/* The errno of a call that is to fail, or 0; counts the call. */
static int fault(const char *word, int *count)
{
    char now[sizeof text];
    int error = 0;
    read_text(now, sizeof now);
    pthread_mutex_lock(&lock);
    if (strcmp(now, text) != 0) {
        memcpy(text, now, sizeof text);
        writes = flushes = 0;
    }
    const char *found = strstr(now, word);
    int nth = 0, number = 0;
    ++*count;
    const char *condition = strstr(now, "while=");
    int applies = condition == NULL || access(condition + strlen("while="), F_OK) == 0;
    if (found != NULL && sscanf(found + strlen(word), "%d:%d", &nth, &number) == 2)
        error = applies && *count >= nth ? number : 0;
    pthread_mutex_unlock(&lock);
    if (error)
        tell_first();
    return error;
}

static void pass_ms(long ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&time, &time) != 0 && errno == EINTR)
        ;
}

static int flush(int fd, int (*real)(int))
{
    char now[sizeof text];
    if (!concerned(fd))
        return real(fd);
    int error = fault("fsync=", &flushes);
    if (error) {
        errno = error;
        return -1;
    }
    int result = real(fd);
    read_text(now, sizeof now);
    const char *delay = strstr(now, "fsync_ms=");
    if (delay != NULL)
        pass_ms(atol(delay + strlen("fsync_ms=")));
    while (strstr(now, "hang") != NULL) {
        pass_ms(1);
        read_text(now, sizeof now);
    }
    return result;
}

int fsync(int fd)
{
    return flush(fd, (int (*)(int))dlsym(RTLD_NEXT, "fsync"));
}

int fdatasync(int fd)
{
    return flush(fd, (int (*)(int))dlsym(RTLD_NEXT, "fdatasync"));
}

static int refuse_write(int fd)
{
    int error = concerned(fd) ? fault("write=", &writes) : 0;
    if (error)
        errno = error;
    return error;
}

ssize_t write(int fd, const void *data, size_t size)
{
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    return refuse_write(fd) ? -1 : real(fd, data, size);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite");
    return refuse_write(fd) ? -1 : real(fd, data, size, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
    return refuse_write(fd) ? -1 : real(fd, data, size, offset);
}
