/* What a compiler may call without being asked: there is no C library. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length);
void *memset(void *to, int value, size_t length);

void *memcpy(void *restrict to, const void *restrict from, size_t length)
{
    uint8_t *out = to;
    const uint8_t *in = from;
    for (size_t i = 0U; i < length; i++) {
        out[i] = in[i];
    }
    return to;
}

void *memset(void *to, int value, size_t length)
{
    uint8_t *out = to;
    for (size_t i = 0U; i < length; i++) {
        out[i] = (uint8_t)value;
    }
    return to;
}
