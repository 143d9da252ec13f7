/* LM3S6965EVB as QEMU emulates it: for tests and demonstrations, not for a gate.
 *
 * QEMU does not emulate writing to this chip's flash. So the flash that the program sees is a file on the host,
 * `flash.bin` in QEMU's working directory, reached by semihosting; it outlives even a killed QEMU. Programs run from RAM,
 * where the boot stage loads them from that file. */
#ifndef BOARD_H
#define BOARD_H

#define BOARD_KIND 0x0001U
#define BOARD_SECTOR_SIZE 1024U
#define BOARD_BOOT_AT 0U
#define BOARD_SETTINGS_AT 0x800U
#define BOARD_EVENTS_AT 0x1000U
#define BOARD_EVENT_SECTORS 64U /* 2,624 events */
#define BOARD_SLOT_SIZE 0x7000U
#define BOARD_SLOT_AT(slot) (0x12000U + ((uint32_t)(slot) * BOARD_SLOT_SIZE))
#define BOARD_RUN_AT(slot) (0x20000000U + (0U * (uint32_t)(slot)))

#endif
