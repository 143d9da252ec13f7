/* Updates and the boot stage: good ones run, bad ones do not, and the power may fail at every byte that is written. */
#include <string.h>

#include "boot.h"
#include "bytes.h"
#include "check.h"
#include "crc.h"
#include "fake.h"
#include "update.h"

#define SIZE 1000U
#define CHUNK 100U

/* Over fake_image(SIZE, slot 1, 1.2.3) by the development key; made with signing.py, tests/firmware checks it. */
static const uint8_t SIGNATURE[ED25519_SIGNATURE_BYTES] = {
    0x69, 0x9E, 0x8A, 0xFE, 0xD8, 0x32, 0xF6, 0x1A, 0xAC, 0x0B, 0x38, 0x0F, 0x3A, 0xB5, 0xF0, 0x0C,
    0x50, 0x18, 0xC7, 0x00, 0x8A, 0xBC, 0xB0, 0x98, 0xA7, 0xDE, 0xF4, 0xBE, 0xDE, 0x45, 0x13, 0x1A,
    0xF5, 0x35, 0x92, 0xE0, 0x16, 0xDE, 0xA6, 0x5B, 0x07, 0x53, 0xD8, 0x68, 0xCE, 0x77, 0xAD, 0x8F,
    0xF4, 0xCE, 0x1C, 0x05, 0xD6, 0x5D, 0x16, 0x14, 0x18, 0xDA, 0xE2, 0xA8, 0xF8, 0x31, 0xA3, 0x04,
};

/* … and over fake_image(SIZE, slot 0, 1.2.3). */
static const uint8_t SIGNATURE_OTHER_SLOT[ED25519_SIGNATURE_BYTES] = {
    0xE3, 0x2E, 0x76, 0x1C, 0xC1, 0x8B, 0xBA, 0x29, 0xD6, 0x2C, 0x85, 0xE0, 0xE5, 0xD1, 0x4C, 0x0E,
    0xAF, 0xF4, 0xDD, 0x7C, 0x3C, 0xDB, 0x9C, 0xBD, 0xDF, 0x0B, 0x6F, 0x6A, 0x64, 0x2A, 0xEC, 0xAE,
    0x5B, 0x1D, 0x8F, 0x70, 0xD8, 0x42, 0x3D, 0x65, 0x69, 0x88, 0xE5, 0xE2, 0x82, 0x3C, 0x92, 0x04,
    0x55, 0x03, 0x6D, 0x97, 0x73, 0x26, 0x94, 0x88, 0x56, 0x72, 0xF7, 0x3E, 0x2C, 0xED, 0xA6, 0x09,
};

static uint8_t image[SIZE];
static struct update update;
static struct update_offer offer;

/* A board from the factory: 0.1.0 in slot 0, which runs. */
static void new_board(void)
{
    fake_new();
    fake_image(&fake.flash[BOARD_SLOT_AT(0)], 400U, 0U, 0U, 1U, 0U);
    CHECK(boot_choose() == 0U);
    fake.slot = 0U;
    update_start(&update, 0U);
    fake_image(image, SIZE, 1U, 1U, 2U, 3U);
    offer = (struct update_offer){SIZE, crc32_more(0U, image, SIZE), {1U, 2U, 3U}, {0U}};
    memcpy(offer.signature, SIGNATURE, sizeof SIGNATURE);
}

static enum status send_all(void)
{
    enum status status = update_begin(&update, &offer);
    for (uint32_t at = 0U; (status == STATUS_DONE) && (at < SIZE); at += CHUNK) {
        status = update_data(&update, at, &image[at], CHUNK);
    }
    return (status == STATUS_DONE) ? update_end(&update) : status;
}

/* Start the board; the slot that runs. */
static uint8_t restart(void)
{
    const uint8_t slot = boot_choose();
    update_start(&update, slot);
    return slot;
}

static void a_good_one_runs_and_is_kept(void)
{
    new_board();
    CHECK(send_all() == STATUS_DONE);
    CHECK(update_end(&update) == STATUS_DONE); /* asked again */
    CHECK((restart() == 1U) && update.on_trial);
    CHECK(update_begin(&update, &offer) == STATUS_BUSY);
    update_confirm(&update);
    CHECK(!update.on_trial);
    for (uint32_t i = 0U; i < 10U; i++) {
        CHECK((restart() == 1U) && !update.on_trial);
    }
}

static void one_that_never_confirms_falls_back(void)
{
    new_board();
    CHECK(send_all() == STATUS_DONE);
    for (uint32_t i = 0U; i < BOOT_TRIES; i++) {
        CHECK(restart() == 1U);
    }
    for (uint32_t i = 0U; i < 10U; i++) {
        CHECK((restart() == 0U) && !update.on_trial);
    }
    CHECK(send_all() == STATUS_DONE); /* and may be tried again */
    CHECK(restart() == 1U);
}

static void refused(enum status expected)
{
    CHECK(send_all() == expected);
    CHECK(update_end(&update) == STATUS_NOT_BEGUN);
    CHECK((restart() == 0U) && !update.on_trial);
}

static void spoil_and_seal(uint32_t at, uint8_t value)
{
    image[at] = value;
    put_u32(&image[SIZE - 4U], crc32_more(0U, image, SIZE - 4U));
    offer.crc = crc32_more(0U, image, SIZE);
}

static void bad_ones_are_refused(void)
{
    new_board();
    offer.crc ^= 1U;
    refused(STATUS_BAD_CRC);
    new_board();
    image[500] ^= 1U;
    refused(STATUS_BAD_CRC);
    new_board();
    offer.signature[10] ^= 1U;
    refused(STATUS_BAD_SIGNATURE);
    new_board();
    offer.version.patch = 4U; /* the version is signed, too */
    refused(STATUS_BAD_SIGNATURE);
    new_board();
    spoil_and_seal(500U, 0xEEU);
    refused(STATUS_BAD_SIGNATURE);
}

static void one_for_another_slot_or_board_is_refused(void)
{
    struct image found;
    new_board();
    fake_image(image, SIZE, 0U, 1U, 2U, 3U);
    offer.crc = crc32_more(0U, image, SIZE);
    memcpy(offer.signature, SIGNATURE_OTHER_SLOT, sizeof SIGNATURE_OTHER_SLOT);
    refused(STATUS_BAD_VALUE);
    fake_image(image, SIZE, 1U, 1U, 2U, 3U);
    memcpy(&fake.flash[BOARD_SLOT_AT(1)], image, SIZE);
    CHECK(image_read(1U, &found) && (found.size == SIZE) && (found.version.minor == 2U));
    fake.flash[BOARD_SLOT_AT(1) + IMAGE_HEADER_AT + 4U] ^= 1U; /* another kind of board */
    CHECK(!image_read(1U, &found));
}

static void sizes_and_offsets_are_bounded(void)
{
    static const uint8_t DATA[UPDATE_CHUNK_MAX + 4U] = {0U};
    new_board();
    CHECK(update_data(&update, 0U, DATA, 4U) == STATUS_NOT_BEGUN);
    CHECK(update_end(&update) == STATUS_NOT_BEGUN);
    offer.size = BOARD_SLOT_SIZE + 4U;
    CHECK(update_begin(&update, &offer) == STATUS_BAD_VALUE);
    offer.size = IMAGE_SIZE_MIN - 4U;
    CHECK(update_begin(&update, &offer) == STATUS_BAD_VALUE);
    offer.size = 1002U;
    CHECK(update_begin(&update, &offer) == STATUS_BAD_VALUE);
    offer.size = BOARD_SLOT_SIZE;
    CHECK(update_begin(&update, &offer) == STATUS_DONE);
    offer.size = SIZE;
    CHECK(update_begin(&update, &offer) == STATUS_DONE);
    CHECK(update_data(&update, 0U, DATA, 0U) == STATUS_BAD_LENGTH);
    CHECK(update_data(&update, 0U, DATA, 6U) == STATUS_BAD_LENGTH);
    CHECK(update_data(&update, 0U, DATA, UPDATE_CHUNK_MAX + 4U) == STATUS_BAD_LENGTH);
    CHECK((update_data(&update, 0U, image, CHUNK) == STATUS_DONE) && (update.next == CHUNK));
    CHECK((update_data(&update, 0U, image, CHUNK) == STATUS_BAD_OFFSET) && (update.next == CHUNK));
    CHECK(update_data(&update, 2U * CHUNK, image, CHUNK) == STATUS_BAD_OFFSET);
    CHECK(update_end(&update) == STATUS_BAD_OFFSET);
    for (uint32_t at = CHUNK; at < SIZE; at += CHUNK) {
        CHECK(update_data(&update, at, &image[at], CHUNK) == STATUS_DONE);
    }
    CHECK(update_data(&update, SIZE, image, 4U) == STATUS_BAD_VALUE);
    CHECK(update_end(&update) == STATUS_DONE);
}

static void one_that_was_never_checked_never_runs(void)
{
    new_board();
    offer.signature[0] ^= 1U;
    CHECK(update_begin(&update, &offer) == STATUS_DONE);
    for (uint32_t at = 0U; at < SIZE; at += CHUNK) {
        CHECK(update_data(&update, at, &image[at], CHUNK) == STATUS_DONE);
    }
    fake.flash[BOARD_SLOT_AT(0) + 200U] ^= 1U; /* even when nothing else is left to run */
    CHECK(boot_choose() == BOOT_NO_SLOT);
}

static void one_over_an_accepted_one_never_runs(void)
{
    new_board();
    CHECK(send_all() == STATUS_DONE);
    offer.signature[0] ^= 1U;
    CHECK(update_begin(&update, &offer) == STATUS_DONE);
    for (uint32_t at = 0U; at < SIZE; at += CHUNK) {
        CHECK(update_data(&update, at, &image[at], CHUNK) == STATUS_DONE);
    }
    CHECK(restart() == 0U);
}

static void the_old_one_stands_in_for_a_spoilt_one(void)
{
    new_board();
    CHECK(send_all() == STATUS_DONE);
    CHECK(restart() == 1U);
    update_confirm(&update);
    fake.flash[BOARD_SLOT_AT(1) + 200U] ^= 1U;
    CHECK((restart() == 0U) && (restart() == 0U));
}

static void a_trial_that_cannot_be_counted_does_not_run(void)
{
    new_board();
    CHECK(send_all() == STATUS_DONE);
    fake.flash_broken = true;
    for (uint32_t i = 0U; i < 5U; i++) {
        CHECK(boot_choose() == 0U);
    }
}

static void starts_are_counted(void)
{
    struct boot boot;
    new_board();
    for (uint32_t i = 2U; i < 300U; i++) {
        CHECK(restart() == 0U);
        boot_load(&boot);
        CHECK(boot.boots == i);
    }
}

/* An update and its starts, as one story; at the end the new program is trusted. */
static void story(void)
{
    (void)send_all();
    (void)restart();
    update_confirm(&update);
    (void)restart();
}

static bool cut_after(uint32_t budget, bool backwards)
{
    new_board();
    fake.erase_backwards = backwards;
    fake.power_left = budget;
    const bool cut = POWER_FAILS_IN(story()) != 0;
    /* Some whole program runs; and whatever ran, the update can be made then. */
    const uint8_t slot = restart();
    CHECK((slot == 0U) || (slot == 1U));
    if (slot == 0U) {
        CHECK(send_all() == STATUS_DONE);
        CHECK(restart() == 1U);
    }
    update_confirm(&update);
    CHECK((restart() == 1U) && !update.on_trial);
    return cut;
}

static void every_cut_is_survived(void)
{
    for (int backwards = 0; backwards < 2; backwards++) {
        uint32_t budget = 0U;
        while (cut_after(budget, backwards != 0)) {
            budget++;
        }
        CHECK(budget > (2U * SIZE));
    }
}

int main(void)
{
    a_good_one_runs_and_is_kept();
    one_that_never_confirms_falls_back();
    bad_ones_are_refused();
    one_for_another_slot_or_board_is_refused();
    sizes_and_offsets_are_bounded();
    one_that_was_never_checked_never_runs();
    one_over_an_accepted_one_never_runs();
    the_old_one_stands_in_for_a_spoilt_one();
    a_trial_that_cannot_be_counted_does_not_run();
    starts_are_counted();
    every_cut_is_survived();
    return check_result();
}
