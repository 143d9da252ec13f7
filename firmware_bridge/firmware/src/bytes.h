/* Little-endian numbers in byte arrays. */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stdint.h>

static inline void put_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value & 0xFFU);
    at[1] = (uint8_t)(value >> 8);
}

static inline void put_u32(uint8_t *at, uint32_t value)
{
    put_u16(at, (uint16_t)(value & 0xFFFFU));
    put_u16(&at[2], (uint16_t)(value >> 16));
}

static inline uint16_t get_u16(const uint8_t *at)
{
    return (uint16_t)((uint32_t)at[0] | ((uint32_t)at[1] << 8));
}

static inline uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)get_u16(at) | ((uint32_t)get_u16(&at[2]) << 16);
}

static inline void copy_bytes(uint8_t *to, const uint8_t *from, uint32_t length)
{
    for (uint32_t i = 0U; i < length; i++) {
        to[i] = from[i];
    }
}

static inline void fill_bytes(uint8_t *to, uint8_t value, uint32_t length)
{
    for (uint32_t i = 0U; i < length; i++) {
        to[i] = value;
    }
}

static inline bool same_bytes(const uint8_t *a, const uint8_t *b, uint32_t length)
{
    uint8_t difference = 0U;
    for (uint32_t i = 0U; i < length; i++) {
        difference = (uint8_t)(difference | (a[i] ^ b[i]));
    }
    return difference == 0U;
}

static inline bool all_bytes(const uint8_t *at, uint8_t value, uint32_t length)
{
    bool all = true;
    for (uint32_t i = 0U; i < length; i++) {
        all = all && (at[i] == value);
    }
    return all;
}

#endif
