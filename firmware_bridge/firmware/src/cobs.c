/* COBS; see cobs.h. */
#include "cobs.h"

#include "bytes.h"

void cobs_encode(const uint8_t *data, uint32_t length, uint8_t *coded)
{
    uint32_t code_at = 0U;
    for (uint32_t i = 0U; i < length; i++) {
        coded[i + 1U] = data[i];
        if (data[i] == 0U) {
            coded[code_at] = (uint8_t)(i + 1U - code_at);
            code_at = i + 1U;
        }
    }
    coded[code_at] = (uint8_t)(length + 1U - code_at);
}

bool cobs_decode(const uint8_t *coded, uint32_t length, uint8_t *data, uint32_t *data_length)
{
    uint32_t at = 0U;
    uint32_t written = 0U;
    while (at < length) {
        const uint32_t code = coded[at];
        if ((code == 0U) || (code > (length - at))) {
            return false;
        }
        if (at > 0U) {
            data[written] = 0U;
            written++;
        }
        copy_bytes(&data[written], &coded[at + 1U], code - 1U);
        written += code - 1U;
        at += code;
    }
    *data_length = written;
    return true;
}
