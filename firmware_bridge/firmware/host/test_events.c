/* The queue of events: order, acknowledgement, a full queue, and power that fails at every byte that is written. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "events.h"
#include "fake.h"

#define ALL (BOARD_EVENT_SECTORS * EVENTS_SLOTS)

static struct events queue;

/* The n-th event of a test is known by its counter. */
static bool append(uint32_t n)
{
    struct event event = {0U, {1700000000U + n, 7U, n}, EVENT_LINK_BACK, 1U, n};
    return events_append(&queue, &event);
}

static bool append_input(uint8_t input, uint8_t value, uint32_t rises)
{
    struct event event = {0U, {0U, 0U, 0U}, input, value, rises};
    return events_append(&queue, &event);
}

static uint32_t counter_of(uint32_t number)
{
    struct event event;
    return (events_find(&queue, number, &event) && (event.number == number)) ? event.counter : 0xFFFFFFFFU;
}

static void a_new_queue_is_empty(void)
{
    struct event event;
    fake_new();
    events_mount(&queue);
    CHECK((events_queued(&queue) == 0U) && (queue.next == 1U) && (queue.oldest == 1U));
    CHECK(!events_find(&queue, 0U, &event) && !events_find(&queue, 1U, &event));
    CHECK(events_acknowledge(&queue, 0U) == STATUS_DONE);
    CHECK(events_acknowledge(&queue, 1U) == STATUS_BAD_VALUE);
}

static void events_come_back_as_they_were(void)
{
    struct event event;
    fake_new();
    events_mount(&queue);
    for (uint32_t n = 1U; n <= 20U; n++) {
        CHECK(append(n));
    }
    events_mount(&queue);
    CHECK((queue.next == 21U) && (queue.oldest == 1U));
    CHECK(events_find(&queue, 13U, &event) && (event.number == 13U));
    CHECK((event.at.unix_s == 1700000013U) && (event.at.ms == 7U) && (event.at.uptime == 13U));
    CHECK((event.source == EVENT_LINK_BACK) && (event.value == 1U) && (event.counter == 13U));
    CHECK(events_acknowledge(&queue, 12U) == STATUS_DONE);
    CHECK(events_acknowledge(&queue, 5U) == STATUS_DONE);
    CHECK(events_acknowledge(&queue, 21U) == STATUS_BAD_VALUE);
    CHECK(events_find(&queue, 1U, &event) && (event.number == 13U));
    events_mount(&queue);
    CHECK((queue.oldest == 13U) && (queue.next == 21U));
    CHECK(events_acknowledge(&queue, 20U) == STATUS_DONE);
    events_mount(&queue);
    CHECK((queue.oldest == 21U) && (queue.next == 21U) && (events_queued(&queue) == 0U));
}

static void a_full_queue_keeps_the_oldest(void)
{
    struct event event;
    fake_new();
    events_mount(&queue);
    for (uint32_t n = 1U; n <= ALL; n++) {
        CHECK(append(n));
    }
    CHECK(!append(ALL + 1U) && !append(ALL + 2U) && !append(ALL + 3U));
    CHECK((queue.dropped == 3U) && (queue.next == (ALL + 1U)) && (counter_of(1U) == 1U));
    const struct stamp at = {0U, 0U, 0U};
    events_report(&queue, &at);
    CHECK(queue.next == (ALL + 1U));
    CHECK(events_acknowledge(&queue, EVENTS_SLOTS - 1U) == STATUS_DONE);
    CHECK(!append(ALL + 4U)); /* the oldest sector still holds one */
    CHECK(events_acknowledge(&queue, EVENTS_SLOTS) == STATUS_DONE);
    events_report(&queue, &at);
    CHECK(events_find(&queue, ALL + 1U, &event) && (event.source == EVENT_DROPPED) && (event.counter == 4U));
    CHECK(append(ALL + 5U) && (counter_of(ALL + 2U) == (ALL + 5U)));
    CHECK(queue.dropped == 4U);
}

static void drops_are_reported_before_what_follows(void)
{
    struct event event;
    fake_new();
    events_mount(&queue);
    for (uint32_t n = 1U; n <= (ALL + 2U); n++) {
        (void)append(n);
    }
    CHECK(events_acknowledge(&queue, ALL) == STATUS_DONE);
    CHECK(append(500U));
    CHECK(events_find(&queue, ALL + 1U, &event) && (event.source == EVENT_DROPPED) && (event.counter == 2U));
    CHECK(counter_of(ALL + 2U) == 500U);
}

static void numbers_never_repeat(void)
{
    uint32_t number = 1U;
    fake_new();
    for (uint32_t start = 0U; start < 300U; start++) {
        events_mount(&queue);
        CHECK(queue.next == number);
        for (uint32_t i = 0U; i < (start % 5U); i++) {
            CHECK(append(number));
            number++;
        }
        CHECK(events_acknowledge(&queue, number - 1U) == STATUS_DONE);
    }
    CHECK(number == 601U);
}

static void the_tally_outlives_everything(void)
{
    fake_new();
    events_mount(&queue);
    CHECK(append_input(0U, 1U, 5U) && append_input(2U, 1U, 9U) && append_input(0U, 0U, 5U) && append_input(3U, 1U, 1U));
    for (uint32_t n = 0U; n < (3U * ALL); n++) {
        CHECK(append(n));
        CHECK(events_acknowledge(&queue, queue.next - 1U) == STATUS_DONE);
    }
    events_mount(&queue);
    CHECK((queue.stored.rises[0] == 5U) && (queue.stored.rises[1] == 0U) && (queue.stored.rises[2] == 9U));
    CHECK((queue.stored.rises[3] == 1U) && (queue.stored.reported == 0x0CU));
}

static void a_spoilt_record_is_passed_over(void)
{
    struct event event;
    fake_new();
    events_mount(&queue);
    for (uint32_t n = 1U; n <= 5U; n++) {
        (void)append(n);
    }
    fake.flash[BOARD_EVENTS_AT + EVENTS_HEADER + (2U * EVENTS_RECORD) + 6U] ^= 0x40U; /* event 3 */
    CHECK(events_find(&queue, 3U, &event) && (event.number == 4U));
    CHECK(events_acknowledge(&queue, 3U) == STATUS_BAD_VALUE);
    CHECK((events_acknowledge(&queue, 2U) == STATUS_DONE) && (queue.oldest == 4U));
    events_mount(&queue);
    CHECK((queue.oldest == 4U) && (queue.next == 6U));
}

static void flash_that_fails_is_told(void)
{
    fake_new();
    events_mount(&queue);
    CHECK(append(1U));
    fake.flash_broken = true;
    CHECK(!append(2U) && queue.failed && (queue.dropped == 1U));
    CHECK(events_acknowledge(&queue, 1U) == STATUS_STORE_FAILED);
    CHECK(counter_of(1U) == 1U);
}

/* A gateway's memory beside the queue: what was stored for certain, what was taken, what the board was told was taken. */
struct truth {
    uint32_t stored; /* events whose append has returned */
    uint32_t begun;  /* … whose append was begun */
    uint32_t taken;  /* acknowledged for certain */
    uint32_t asked;  /* … whose acknowledging was begun */
};

static struct truth truth;

/* Append, and now and then acknowledge, as the seed says: all events are numbered as they are counted. */
static void work(uint32_t steps, uint32_t seed)
{
    uint32_t random = seed;
    for (uint32_t i = 0U; i < steps; i++) {
        random = (random * 1664525U) + 1013904223U;
        if (((random >> 16) % 4U) != 0U) {
            truth.begun = truth.stored + 1U;
            truth.stored += append(truth.begun) ? 1U : 0U;
        } else if (truth.taken < truth.stored) {
            truth.asked = truth.taken + 1U + ((random >> 20) % (truth.stored - truth.taken));
            CHECK(events_acknowledge(&queue, truth.asked) == STATUS_DONE);
            truth.taken = truth.asked;
        } else {
            /* nothing to acknowledge */
        }
    }
}

/* After a cut: what was stored is there in order, at most one more; nothing that was not asked to go has gone. */
static void check_after_cut(void)
{
    events_mount(&queue);
    CHECK((queue.next == (truth.stored + 1U)) || (queue.next == (truth.begun + 1U)));
    CHECK((queue.oldest == (truth.taken + 1U)) || (queue.oldest == (truth.asked + 1U)));
    for (uint32_t number = queue.oldest; number < queue.next; number++) {
        CHECK(counter_of(number) == number);
    }
    CHECK(append(queue.next) && (counter_of(queue.next - 1U) == (queue.next - 1U)));
    CHECK(!queue.failed);
}

/* Whether the power failed. */
static bool cut_after(uint32_t budget, uint32_t seed, bool backwards)
{
    fake_new();
    fake.erase_backwards = backwards;
    truth = (struct truth){0U, 0U, 0U, 0U};
    events_mount(&queue);
    fake.power_left = budget;
    const bool cut = POWER_FAILS_IN(work(60U, seed)) != 0;
    check_after_cut();
    return cut;
}

static void every_cut_is_survived(void)
{
    for (uint32_t seed = 1U; seed <= 3U; seed++) {
        for (int backwards = 0; backwards < 2; backwards++) {
            uint32_t budget = 0U;
            while (cut_after(budget, seed, backwards != 0)) {
                budget++;
            }
            CHECK(budget > 2000U); /* the circle went round, with erases */
        }
    }
}

/* Cut after cut on one flash, without ever a quiet start. */
static void cuts_in_a_row_are_survived(void)
{
    fake_new();
    truth = (struct truth){0U, 0U, 0U, 0U};
    for (uint32_t round = 0U; round < 3000U; round++) {
        fake.erase_backwards = (round % 2U) != 0U;
        events_mount(&queue);
        CHECK((queue.next == (truth.stored + 1U)) || (queue.next == (truth.begun + 1U)));
        CHECK((queue.oldest == (truth.taken + 1U)) || (queue.oldest == (truth.asked + 1U)));
        truth = (struct truth){queue.next - 1U, queue.next - 1U, queue.oldest - 1U, queue.oldest - 1U};
        for (uint32_t number = queue.oldest; number < queue.next; number++) {
            CHECK(counter_of(number) == number);
        }
        fake.power_left = (round * 37U) % 701U;
        (void)POWER_FAILS_IN(work(40U, round));
    }
    CHECK(truth.stored > 3000U);
}

int main(void)
{
    a_new_queue_is_empty();
    events_come_back_as_they_were();
    a_full_queue_keeps_the_oldest();
    drops_are_reported_before_what_follows();
    numbers_never_repeat();
    the_tally_outlives_everything();
    a_spoilt_record_is_passed_over();
    flash_that_fails_is_told();
    every_cut_is_survived();
    cuts_in_a_row_are_survived();
    return check_result();
}
