/* The status byte of replies; docs/board-protocol.md. */
#ifndef STATUS_H
#define STATUS_H

enum status {
    STATUS_DONE = 0,
    STATUS_BAD_LENGTH = 1,
    STATUS_BAD_VALUE = 2,
    STATUS_BUSY = 3,
    STATUS_STORE_FAILED = 4,
    STATUS_BAD_SIGNATURE = 5,
    STATUS_BAD_CRC = 6,
    STATUS_BAD_OFFSET = 7,
    STATUS_NOT_BEGUN = 8
};

#endif
