/* Updates over the line; see update.h. */
#include "update.h"

#include "board.h"
#include "bytes.h"
#include "hal.h"
#include "key.h"
#include "sha256.h"

#define SIGNED_BYTES (SHA256_BYTES + 7U)

static uint8_t target(const struct update *update)
{
    return (uint8_t)(1U - update->running);
}

void update_start(struct update *update, uint8_t running)
{
    struct boot boot;
    boot_load(&boot);
    *update = (struct update){0};
    update->stage = UPDATE_IDLE;
    update->running = running;
    update->on_trial = boot.trial == running;
}

/* Settle on what runs, and neither try nor trust the slot that will be written to. */
static bool settle(const struct update *update)
{
    struct boot boot;
    const uint8_t trusted = (uint8_t)(1U << update->running);
    boot_load(&boot);
    if ((boot.trial == BOOT_NO_SLOT) && (boot.active == update->running) && (boot.trusted == trusted)) {
        return true;
    }
    boot.active = update->running;
    boot.trial = BOOT_NO_SLOT;
    boot.trusted = trusted;
    return boot_save(&boot);
}

enum status update_begin(struct update *update, const struct update_offer *offer)
{
    if (update->on_trial) {
        return STATUS_BUSY;
    }
    if ((offer->size < IMAGE_SIZE_MIN) || (offer->size > BOARD_SLOT_SIZE) || ((offer->size % 4U) != 0U)) {
        return STATUS_BAD_VALUE;
    }
    update->stage = UPDATE_IDLE;
    if (!settle(update)) {
        return STATUS_STORE_FAILED;
    }
    update->offer = *offer;
    update->next = 0U;
    update->stage = UPDATE_RECEIVING;
    return STATUS_DONE;
}

/* Program four bytes at a time, and erase each sector as its first byte comes. */
static bool write_on(const struct update *update, const uint8_t *data, uint32_t length)
{
    const uint32_t slot_at = BOARD_SLOT_AT(target(update));
    uint8_t back[4];
    for (uint32_t i = 0U; i < length; i += 4U) {
        const uint32_t at = update->next + i;
        if (((at % BOARD_SECTOR_SIZE) == 0U) && !hal_flash_erase(slot_at + at)) {
            return false;
        }
        if (!hal_flash_program(slot_at + at, &data[i], 4U)) {
            return false;
        }
        hal_flash_read(slot_at + at, back, 4U);
        if (!same_bytes(back, &data[i], 4U)) {
            return false;
        }
    }
    return true;
}

enum status update_data(struct update *update, uint32_t offset, const uint8_t *data, uint32_t length)
{
    if (update->stage != UPDATE_RECEIVING) {
        return STATUS_NOT_BEGUN;
    }
    if (offset != update->next) {
        return STATUS_BAD_OFFSET;
    }
    if ((length == 0U) || (length > UPDATE_CHUNK_MAX) || ((length % 4U) != 0U)) {
        return STATUS_BAD_LENGTH;
    }
    if (length > (update->offer.size - update->next)) {
        return STATUS_BAD_VALUE;
    }
    if (!write_on(update, data, length)) {
        update->stage = UPDATE_IDLE;
        return STATUS_STORE_FAILED;
    }
    update->next += length;
    return STATUS_DONE;
}

/* SHA-256(image) || size || version is what was signed. */
static bool signature_right(const struct update *update)
{
    uint8_t message[SIGNED_BYTES];
    uint8_t chunk[64];
    struct sha256 sha;
    const struct update_offer *offer = &update->offer;
    sha256_start(&sha);
    for (uint32_t at = 0U; at < offer->size; at += sizeof chunk) {
        const uint32_t length = ((offer->size - at) < sizeof chunk) ? (offer->size - at) : (uint32_t)sizeof chunk;
        hal_flash_read(BOARD_SLOT_AT(target(update)) + at, chunk, length);
        sha256_more(&sha, chunk, length);
    }
    sha256_end(&sha, message);
    put_u32(&message[SHA256_BYTES], offer->size);
    message[SHA256_BYTES + 4U] = offer->version.major;
    message[SHA256_BYTES + 5U] = offer->version.minor;
    message[SHA256_BYTES + 6U] = offer->version.patch;
    return ed25519_check(UPDATE_KEY, offer->signature, message, SIGNED_BYTES);
}

/* The signature says who made the image, its header that it is the one announced and fits this slot of this board. */
static bool is_as_announced(const struct update *update)
{
    struct image image;
    const struct version *version = &update->offer.version;
    return image_read(target(update), &image) && (image.size == update->offer.size) &&
           (image.version.major == version->major) && (image.version.minor == version->minor) &&
           (image.version.patch == version->patch);
}

static enum status judge(const struct update *update)
{
    if (image_crc(target(update), update->offer.size) != update->offer.crc) {
        return STATUS_BAD_CRC;
    }
    if (!signature_right(update)) {
        return STATUS_BAD_SIGNATURE;
    }
    return is_as_announced(update) ? STATUS_DONE : STATUS_BAD_VALUE;
}

static enum status mark_for_trial(const struct update *update)
{
    struct boot boot;
    boot_load(&boot);
    boot.trial = target(update);
    boot.tries = BOOT_TRIES;
    return boot_save(&boot) ? STATUS_DONE : STATUS_STORE_FAILED;
}

enum status update_end(struct update *update)
{
    if (update->stage != UPDATE_RECEIVING) {
        return (update->stage == UPDATE_ACCEPTED) ? STATUS_DONE : STATUS_NOT_BEGUN;
    }
    if (update->next != update->offer.size) {
        return STATUS_BAD_OFFSET;
    }
    enum status status = judge(update);
    if (status == STATUS_DONE) {
        status = mark_for_trial(update);
    }
    update->stage = (status == STATUS_DONE) ? UPDATE_ACCEPTED : UPDATE_IDLE;
    return status;
}

void update_confirm(struct update *update)
{
    struct boot boot;
    if (!update->on_trial) {
        return;
    }
    boot_load(&boot);
    boot.active = update->running;
    boot.trial = BOOT_NO_SLOT;
    boot.trusted = (uint8_t)(boot.trusted | (1U << update->running));
    update->on_trial = !boot_save(&boot);
}
