/* STM32F103C8 and its kin: 64 KB flash in pages of 1 KB, 20 KB RAM, 8 MHz crystal. Compiled and linked by `make
 * stm32f103`; it has not run on a board yet.
 *
 * Flash, by offset from 0x08000000: boot stage 4 KB, two slots of 18 KB that programs run from, boot record 2 KB,
 * settings 2 KB, events 20 KB. */
#ifndef BOARD_H
#define BOARD_H

#define BOARD_KIND 0x0002U
#define BOARD_SECTOR_SIZE 1024U
#define BOARD_SLOT_SIZE 0x4800U
#define BOARD_SLOT_AT(slot) (0x1000U + ((uint32_t)(slot) * BOARD_SLOT_SIZE))
#define BOARD_RUN_AT(slot) (0x08000000U + BOARD_SLOT_AT(slot))
#define BOARD_BOOT_AT 0xA000U
#define BOARD_SETTINGS_AT 0xA800U
#define BOARD_EVENTS_AT 0xB000U
#define BOARD_EVENT_SECTORS 20U /* 820 events */

#endif
