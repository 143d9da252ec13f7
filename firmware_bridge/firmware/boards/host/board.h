/* A made-up board for tests on the host: few and small sectors, so that every flash write can be cut short. */
#ifndef BOARD_H
#define BOARD_H

#define BOARD_KIND 0x0000U
#define BOARD_SECTOR_SIZE 256U
#define BOARD_BOOT_AT 0U
#define BOARD_SETTINGS_AT 512U
#define BOARD_EVENTS_AT 1024U
#define BOARD_EVENT_SECTORS 4U
#define BOARD_SLOT_SIZE 4096U
#define BOARD_SLOT_AT(slot) (2048U + ((uint32_t)(slot) * BOARD_SLOT_SIZE))
#define BOARD_RUN_AT(slot) BOARD_SLOT_AT(slot)
#define BOARD_FLASH_SIZE (2048U + (2U * BOARD_SLOT_SIZE))

#endif
