/* A board on the host; see fake.h. */
#include "fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "crc.h"
#include "hal.h"
#include "image.h"

#define READS_A_MS 10000U

struct fake fake;
static uint32_t clock_reads;
static uint32_t scratch[64];

void fake_new(void)
{
    memset(&fake, 0, sizeof fake);
    memset(fake.flash, 0xFF, sizeof fake.flash);
    fake.power_left = FAKE_POWER_FOR_EVER;
}

int fake_power_back(void)
{
    fake.power_left = FAKE_POWER_FOR_EVER;
    return 0;
}

static void misuse(const char *what)
{
    (void)printf("the program misuses its flash: %s\n", what);
    abort();
}

/* Spend power on one byte; when it runs out the byte is left half done. */
static void change(uint32_t at, uint8_t value, uint8_t half_done)
{
    if (fake.power_left == 0U) {
        fake.flash[at] = half_done;
        longjmp(fake.power_failed, 1);
    }
    fake.power_left -= (fake.power_left == FAKE_POWER_FOR_EVER) ? 0U : 1U;
    fake.flash[at] = value;
}

bool hal_flash_erase(uint32_t address)
{
    if (((address % BOARD_SECTOR_SIZE) != 0U) || (address >= BOARD_FLASH_SIZE)) {
        misuse("erase");
    }
    if (fake.flash_broken) {
        return false;
    }
    fake.erases++;
    for (uint32_t i = 0U; i < BOARD_SECTOR_SIZE; i++) {
        const uint32_t at = address + (fake.erase_backwards ? (BOARD_SECTOR_SIZE - 1U - i) : i);
        change(at, 0xFFU, fake.flash[at] | 0x5AU);
    }
    return true;
}

bool hal_flash_program(uint32_t address, const uint8_t *data, uint32_t length)
{
    if (((address % 2U) != 0U) || ((length % 2U) != 0U) || ((address + length) > BOARD_FLASH_SIZE)) {
        misuse("program");
    }
    if (fake.flash_broken) {
        return false;
    }
    for (uint32_t i = 0U; i < length; i += 2U) {
        const bool erased = all_bytes(&fake.flash[address + i], 0xFFU, 2U);
        if (!erased && !all_bytes(&data[i], 0U, 2U)) {
            return false; /* as the STM32F103: PGERR */
        }
        for (uint32_t j = i; j < (i + 2U); j++) {
            const uint8_t before = fake.flash[address + j];
            change(address + j, (uint8_t)(before & data[j]), (uint8_t)(before & (data[j] | 0x5AU)));
        }
    }
    return true;
}

void hal_flash_read(uint32_t address, uint8_t *data, uint32_t length)
{
    if ((address + length) > BOARD_FLASH_SIZE) {
        misuse("read");
    }
    memcpy(data, &fake.flash[address], length);
}

void hal_start(void)
{
}

uint32_t hal_ms(void)
{
    clock_reads++;
    if (!fake.clock_stuck && ((clock_reads % READS_A_MS) == 0U)) {
        fake.ms++;
    }
    return fake.ms;
}

void hal_idle(void)
{
}

bool hal_line_get(uint8_t *byte)
{
    if (fake.to_board_taken == fake.to_board_count) {
        return false;
    }
    *byte = fake.to_board[fake.to_board_taken];
    fake.to_board_taken++;
    return true;
}

bool hal_line_put(uint8_t byte)
{
    if (fake.transmitter_full || (fake.from_board_count == FAKE_LINE)) {
        return false;
    }
    fake.from_board[fake.from_board_count] = byte;
    fake.from_board_count++;
    return true;
}

uint8_t hal_inputs(void)
{
    return fake.inputs;
}

void hal_outputs(uint8_t bits)
{
    fake.outputs = bits;
}

void hal_ram(volatile uint32_t **start, volatile uint32_t **end)
{
    *start = scratch;
    *end = &scratch[64];
}

void hal_watchdog_kick(void)
{
    fake.kicks++;
}

void hal_restart(void)
{
    fake.restarts++;
}

uint8_t hal_reset_cause(void)
{
    return (uint8_t)HAL_RESET_POWER;
}

void hal_board_id(uint8_t id[HAL_BOARD_ID_BYTES])
{
    memcpy(id, "HOSTTEST", HAL_BOARD_ID_BYTES);
}

uint8_t hal_running_slot(void)
{
    return fake.slot;
}

void fake_image(uint8_t *image, uint32_t size, uint8_t slot, uint8_t major, uint8_t minor, uint8_t patch)
{
    uint8_t *header = &image[IMAGE_HEADER_AT];
    for (uint32_t i = 0U; i < size; i++) {
        image[i] = (uint8_t)(((i * 7U) + major) & 0xFFU);
    }
    put_u32(header, IMAGE_MAGIC);
    put_u16(&header[4], BOARD_KIND);
    header[6] = major;
    header[7] = minor;
    header[8] = patch;
    put_u32(&header[12], size);
    put_u32(&header[16], BOARD_RUN_AT(slot));
    put_u32(&image[size - 4U], crc32_more(0U, image, size - 4U));
}
