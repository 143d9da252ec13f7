/* Updates over the line: into the slot that does not run, checked, tried at the next start, kept once confirmed. */
#ifndef UPDATE_H
#define UPDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "boot.h"
#include "ed25519.h"
#include "image.h"
#include "status.h"

#define UPDATE_CHUNK_MAX 128U

enum update_stage { UPDATE_IDLE, UPDATE_RECEIVING, UPDATE_ACCEPTED };

struct update_offer {
    uint32_t size;
    uint32_t crc;
    struct version version;
    uint8_t signature[ED25519_SIGNATURE_BYTES];
};

struct update {
    enum update_stage stage;
    uint8_t running; /* the slot that runs now */
    bool on_trial;   /* … and nobody has confirmed it yet */
    uint32_t next;   /* offset of the next byte */
    struct update_offer offer;
};

void update_start(struct update *update, uint8_t running);

/* Begin anew, whatever was begun before. Busy while the running program is itself on trial: the other slot is its way
 * back. */
enum status update_begin(struct update *update, const struct update_offer *offer);

/* Take the next bytes, a multiple of four; `update->next` says from where to go on. */
enum status update_data(struct update *update, uint32_t offset, const uint8_t *data, uint32_t length);

/* Check all and mark the slot to be tried. Asked again after success, it says so again. */
enum status update_end(struct update *update);

/* The running program works: trust it from now on. */
void update_confirm(struct update *update);

#endif
