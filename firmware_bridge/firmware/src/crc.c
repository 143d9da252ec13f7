/* Checksums; see crc.h. */
#include "crc.h"

uint16_t crc16(const uint8_t *data, uint32_t length)
{
    uint32_t crc = 0xFFFFU;
    for (uint32_t i = 0U; i < length; i++) {
        crc ^= (uint32_t)data[i] << 8;
        for (uint32_t bit = 0U; bit < 8U; bit++) {
            crc = ((crc & 0x8000U) != 0U) ? ((crc << 1) ^ 0x1021U) : (crc << 1);
        }
    }
    return (uint16_t)(crc & 0xFFFFU);
}

uint32_t crc32_more(uint32_t crc, const uint8_t *data, uint32_t length)
{
    uint32_t value = ~crc;
    for (uint32_t i = 0U; i < length; i++) {
        value ^= data[i];
        for (uint32_t bit = 0U; bit < 8U; bit++) {
            value = ((value & 1U) != 0U) ? ((value >> 1) ^ 0xEDB88320U) : (value >> 1);
        }
    }
    return ~value;
}
