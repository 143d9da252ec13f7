/* A record that survives power loss; see record.h. A copy is: generation u32, payload, CRC-16 over both. */
#include "record.h"

#include "board.h"
#include "bytes.h"
#include "crc.h"
#include "hal.h"

#define AROUND 6U /* generation and CRC */
#define COPY_MAX (AROUND + RECORD_PAYLOAD_MAX)
#define BLANK_GENERATION 0xFFFFFFFFU

struct place {
    bool found;
    bool written; /* something is there, good or not */
    uint32_t sector;
    uint32_t slot;
    uint32_t generation;
};

static uint32_t copy_size(const struct record_area *area)
{
    return area->length + AROUND;
}

static uint32_t copies(const struct record_area *area)
{
    return BOARD_SECTOR_SIZE / copy_size(area);
}

static uint32_t address_of(const struct record_area *area, uint32_t sector, uint32_t slot)
{
    return area->address + (sector * BOARD_SECTOR_SIZE) + (slot * copy_size(area));
}

static bool is_good(const uint8_t *copy, uint32_t size)
{
    return (get_u32(copy) != BLANK_GENERATION) && (crc16(copy, size - 2U) == get_u16(&copy[size - 2U]));
}

static struct place newest(const struct record_area *area)
{
    struct place place = {false, false, 1U, 0U, 0U};
    uint8_t copy[COPY_MAX];
    const uint32_t size = copy_size(area);
    for (uint32_t i = 0U; i < (2U * copies(area)); i++) {
        const uint32_t sector = i / copies(area);
        const uint32_t slot = i % copies(area);
        hal_flash_read(address_of(area, sector, slot), copy, size);
        place.written = place.written || !all_bytes(copy, 0xFFU, size);
        if (is_good(copy, size) && (!place.found || (get_u32(copy) > place.generation))) {
            place.found = true;
            place.sector = sector;
            place.slot = slot;
            place.generation = get_u32(copy);
        }
    }
    return place;
}

enum record_state record_load(const struct record_area *area, uint8_t *payload)
{
    const struct place place = newest(area);
    if (!place.found) {
        return place.written ? RECORD_LOST : RECORD_BLANK;
    }
    hal_flash_read(address_of(area, place.sector, place.slot) + 4U, payload, area->length);
    return RECORD_FOUND;
}

/* The first blank slot behind the newest copy, or `copies(area)`: a write that power cut short has spoilt its slot. */
static uint32_t blank_slot(const struct record_area *area, const struct place *place)
{
    uint8_t copy[COPY_MAX];
    uint32_t slot = place->slot + 1U;
    bool blank = false;
    while ((slot < copies(area)) && !blank) {
        hal_flash_read(address_of(area, place->sector, slot), copy, copy_size(area));
        blank = all_bytes(copy, 0xFFU, copy_size(area));
        slot += blank ? 0U : 1U;
    }
    return slot;
}

static bool write_copy(const struct record_area *area, uint32_t address, uint32_t generation, const uint8_t *payload)
{
    uint8_t copy[COPY_MAX];
    uint8_t back[COPY_MAX];
    const uint32_t size = copy_size(area);
    put_u32(copy, generation);
    copy_bytes(&copy[4], payload, area->length);
    put_u16(&copy[size - 2U], crc16(copy, size - 2U));
    if (!hal_flash_program(address, copy, size)) {
        return false;
    }
    hal_flash_read(address, back, size);
    return same_bytes(copy, back, size);
}

bool record_save(const struct record_area *area, const uint8_t *payload)
{
    const struct place place = newest(area);
    const uint32_t slot = place.found ? blank_slot(area, &place) : copies(area);
    if (slot < copies(area)) {
        return write_copy(area, address_of(area, place.sector, slot), place.generation + 1U, payload);
    }
    const uint32_t other = 1U - place.sector;
    return hal_flash_erase(address_of(area, other, 0U)) &&
           write_copy(area, address_of(area, other, 0U), place.generation + 1U, payload);
}
