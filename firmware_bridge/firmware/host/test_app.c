/* The whole program, spoken to by bytes. */
#include <string.h>

#include "app.h"
#include "boot.h"
#include "bytes.h"
#include "check.h"
#include "fake.h"
#include "hal.h"

static struct app app;
static struct parser ears;
static uint32_t heard; /* bytes of fake.from_board that were read */

static void power_on(void)
{
    fake.slot = boot_choose();
    fake.from_board_count = 0U;
    fake.to_board_count = 0U;
    fake.to_board_taken = 0U;
    heard = 0U;
    parser_start(&ears);
    app_start(&app);
}

static void new_board(void)
{
    fake_new();
    fake_image(&fake.flash[BOARD_SLOT_AT(0)], 400U, 0U, 0U, 1U, 0U);
    power_on();
}

static void run(uint32_t ms)
{
    for (uint32_t i = 0U; i < ms; i++) {
        fake.ms++;
        app_step(&app);
    }
}

static void say(uint8_t kind, uint16_t sequence, const uint8_t *payload, uint8_t length)
{
    struct packet packet = {kind, sequence, length, {0U}};
    copy_bytes(packet.payload, payload, length);
    fake.to_board_count += frame_build(&packet, &fake.to_board[fake.to_board_count]);
}

/* The next packet that the board has sent; false if there is none. */
static bool hear(struct packet *packet)
{
    while (heard < fake.from_board_count) {
        const enum frame_result result = parser_feed(&ears, fake.from_board[heard], packet);
        heard++;
        if (result != FRAME_MORE) {
            CHECK(result == FRAME_GOOD);
            return true;
        }
    }
    return false;
}

/* Ask, and give back the reply; events that come between are let pass. */
static struct packet ask(uint8_t kind, const uint8_t *payload, uint8_t length)
{
    static uint16_t sequence = 100U;
    struct packet reply = {0U, 0U, 0U, {0U}};
    bool found = false;
    sequence++;
    say(kind, sequence, payload, length);
    run(5U); /* 64 bytes are taken a step */
    while (!found && hear(&reply)) {
        found = reply.kind != 0x50U;
    }
    CHECK(found && (reply.sequence == sequence));
    return reply;
}

static struct packet ask_u32(uint8_t kind, uint32_t value)
{
    uint8_t payload[4];
    put_u32(payload, value);
    return ask(kind, payload, 4U);
}

static struct packet hello(void)
{
    return ask(1U, NULL, 0U);
}

static void hello_and_state(void)
{
    new_board();
    run(7U);
    const struct packet reply = hello();
    CHECK((reply.kind == 0x41U) && (reply.length == 30U) && (reply.payload[0] == 1U) && (reply.payload[2] == 1U));
    CHECK(memcmp(&reply.payload[4], "HOSTTEST", 8U) == 0);
    CHECK((get_u32(&reply.payload[12]) == 1U) && (reply.payload[21] == HAL_RESET_POWER));
    CHECK((get_u32(&reply.payload[22]) == 2U) && (get_u32(&reply.payload[26]) == 1U)); /* the boot event */
    fake.inputs = 5U;
    run(60U);
    const struct packet state = ask(3U, NULL, 0U);
    CHECK((state.length == 24U) && (state.payload[0] == 5U) && (state.payload[1] == 0U));
    CHECK((get_u32(&state.payload[2]) == 1U) && (get_u32(&state.payload[6]) == 0U) && (get_u32(&state.payload[10]) == 1U));
    CHECK((get_u16(&state.payload[18]) == 3U) && (get_u32(&state.payload[20]) == 0U));
}

static void every_reply_has_its_length(void)
{
    static const uint8_t LENGTHS[14] = {1U, 30U, 1U, 24U, 5U, 1U, 6U, 1U, 3U, 1U, 5U, 1U, 1U, 1U};
    static const uint8_t PAYLOAD[FRAME_PAYLOAD_MAX] = {0U};
    new_board();
    for (uint8_t kind = 1U; kind <= 13U; kind++) {
        const bool has_status = (kind != 1U) && (kind != 3U);
        const struct packet reply = ask(kind, PAYLOAD, 199U);
        CHECK((reply.kind == (kind | 0x40U)) && (reply.length == LENGTHS[kind]));
        CHECK(!has_status || (reply.payload[0] == STATUS_BAD_LENGTH));
    }
    CHECK(fake.restarts == 0U);
    const uint8_t unknown[4] = {0x0EU, 0x0FU, 0x10U, 0x3FU};
    for (uint32_t i = 0U; i < 4U; i++) {
        const struct packet reply = ask(unknown[i], NULL, 0U);
        CHECK((reply.kind == 0x4FU) && (reply.length == 1U) && (reply.payload[0] == unknown[i]));
    }
}

static void echoes_are_not_answered(void)
{
    struct packet packet;
    new_board();
    for (uint32_t kind = 0x40U; kind <= 0xFFU; kind++) {
        say((uint8_t)kind, 1U, NULL, 0U);
    }
    say(0U, 1U, NULL, 0U);
    run(100U);
    CHECK(!hear(&packet) && !app.link.present);
}

static void events_go_out_and_are_sent_again(void)
{
    struct packet packet;
    new_board();
    run(1000U);
    CHECK(!hear(&packet)); /* nobody there */
    (void)hello();
    CHECK(hear(&packet) && (packet.kind == 0x50U) && (packet.sequence == 1U) && (packet.length == 20U));
    CHECK((get_u32(packet.payload) == 1U) && (packet.payload[14] == EVENT_BOOT) && (get_u32(&packet.payload[16]) == 1U));
    run(495U);
    CHECK(!hear(&packet));
    run(20U);
    CHECK(hear(&packet) && (packet.sequence == 1U));
    const struct packet acked = ask_u32(4U, 1U);
    CHECK((acked.length == 5U) && (acked.payload[0] == 0U) && (get_u32(&acked.payload[1]) == 2U));
    run(2000U);
    CHECK(!hear(&packet));
    CHECK(ask_u32(4U, 2U).payload[0] == STATUS_BAD_VALUE);
}

static void a_window_limits_what_is_on_its_way(void)
{
    struct packet packet;
    uint32_t events = 0U;
    new_board();
    for (uint32_t i = 0U; i < 20U; i++) {
        app_tell(&app, EVENT_LINK_BACK, 0U, i);
    }
    (void)hello();
    run(100U);
    while (hear(&packet)) {
        events++;
        CHECK(get_u32(packet.payload) == events);
    }
    CHECK(events == LINK_WINDOW);
    CHECK(ask_u32(13U, 4U).payload[0] == STATUS_DONE);
    run(10U);
    CHECK(hear(&packet) && (get_u32(packet.payload) == 4U));
    CHECK(ask_u32(13U, app.events.next).payload[0] == STATUS_DONE);
    CHECK(ask_u32(13U, app.events.next + 1U).payload[0] == STATUS_BAD_VALUE);
}

static void a_silent_gateway_makes_outputs_safe(void)
{
    static const uint8_t BARRIER_ON[4] = {0U, 1U, 0U, 0U};
    struct event event;
    new_board();
    CHECK(ask(5U, BARRIER_ON, 4U).payload[0] == STATUS_DONE);
    CHECK(fake.outputs == 1U);
    run(9990U);
    CHECK(fake.outputs == 1U);
    run(50U);
    CHECK(fake.outputs == 0U);
    CHECK(events_find(&app.events, 2U, &event) && (event.source == EVENT_LINK_LOST) && (event.counter == 1U));
    CHECK(events_find(&app.events, 3U, &event) && (event.source == EVENT_SAFE) && (event.value == 0U));
    run(30000U);
    CHECK(app.events.next == 4U);
    (void)hello();
    CHECK(events_find(&app.events, 4U, &event) && (event.source == EVENT_LINK_BACK));
    CHECK(fake.outputs == 0U); /* the gateway has to ask again */
}

static void events_carry_the_time(void)
{
    static const uint8_t TIME[6] = {0x00U, 0xF1U, 0x53U, 0x65U, 0xFAU, 0x00U}; /* 1700000000.250 */
    struct event event;
    new_board();
    CHECK(events_find(&app.events, 1U, &event) && (event.at.unix_s == 0U));
    CHECK(ask(2U, TIME, 6U).payload[0] == STATUS_DONE);
    run(1000U - (app.now - app.clock.last));
    app_tell(&app, EVENT_LINK_BACK, 0U, 0U);
    CHECK(events_find(&app.events, 2U, &event) && (event.at.unix_s == 1700000001U) && (event.at.ms >= 240U));
    CHECK(event.at.uptime == app.now);
}

static void settings_are_used(void)
{
    static const uint8_t DEBOUNCE_5[5] = {1U, 5U, 0U, 0U, 0U};
    static const uint8_t KEY_1[1] = {1U};
    static const uint8_t KEY_6[1] = {6U};
    new_board();
    CHECK(ask(7U, DEBOUNCE_5, 5U).payload[0] == STATUS_DONE);
    const struct packet got = ask(6U, KEY_1, 1U);
    CHECK((got.payload[0] == STATUS_DONE) && (got.payload[1] == 1U) && (get_u32(&got.payload[2]) == 5U));
    CHECK(ask(6U, KEY_6, 1U).payload[0] == STATUS_BAD_VALUE);
    fake.inputs = 8U;
    run(7U);
    CHECK(app.inputs.debounced == 8U);
}

static void the_self_test_finds_faults(void)
{
    new_board();
    CHECK(get_u16(&ask(8U, NULL, 0U).payload[1]) == 0U);
    fake.flash[BOARD_SLOT_AT(0) + 300U] ^= 1U;
    CHECK(get_u16(&ask(8U, NULL, 0U).payload[1]) == 4U);
    app.settings.lost = true;
    app.events.failed = true;
    CHECK(get_u16(&ask(8U, NULL, 0U).payload[1]) == 0x16U);
    fake.clock_stuck = true;
    CHECK(get_u16(&ask(8U, NULL, 0U).payload[1]) == 0x1EU);
}

static void restart_comes_after_the_reply(void)
{
    new_board();
    fake.transmitter_full = true;
    say(12U, 1U, NULL, 0U);
    run(100U);
    CHECK(fake.restarts == 0U);
    run(150U);
    CHECK(fake.restarts > 0U); /* but a dead line does not hold it up */
    new_board();
    CHECK(ask(12U, NULL, 0U).payload[0] == STATUS_DONE);
    CHECK(fake.restarts > 0U);
}

static void noise_does_no_harm(void)
{
    uint32_t random = 1U;
    new_board();
    for (uint32_t round = 0U; round < 200U; round++) {
        fake.to_board_count = 0U;
        fake.to_board_taken = 0U;
        for (uint32_t i = 0U; i < 1000U; i++) {
            random = (random * 1664525U) + 1013904223U;
            fake.to_board[i] = (uint8_t)(((random >> 28) == 0U) ? 0U : (random >> 16));
        }
        fake.to_board[1000] = 0U;
        fake.to_board_count = 1001U;
        run(20U);
    }
    fake.from_board_count = 0U;
    heard = 0U;
    CHECK(hello().kind == 0x41U);
    CHECK((fake.restarts == 0U) && (fake.outputs == 0U));
}

static void a_trial_is_confirmed_by_hello_or_ends(void)
{
    struct boot boot;
    new_board();
    fake_image(&fake.flash[BOARD_SLOT_AT(1)], 400U, 1U, 0U, 2U, 0U);
    boot_load(&boot);
    boot.trial = 1U;
    boot.tries = 3U;
    CHECK(boot_save(&boot));
    fake.ms = 0U;
    power_on();
    CHECK((fake.slot == 1U) && app.update.on_trial);
    run(59990U);
    CHECK(fake.restarts == 0U);
    run(20U);
    CHECK(fake.restarts > 0U);
    fake.restarts = 0U;
    fake.ms = 0U;
    power_on();
    (void)ask(3U, NULL, 0U);
    CHECK(app.update.on_trial);
    fake.flash[BOARD_SLOT_AT(1) + 300U] ^= 1U;
    (void)hello();
    CHECK(app.update.on_trial); /* not while the self-test fails */
    fake.flash[BOARD_SLOT_AT(1) + 300U] ^= 1U;
    (void)hello();
    CHECK(!app.update.on_trial);
    run(70000U);
    CHECK(fake.restarts == 0U);
}

int main(void)
{
    hello_and_state();
    every_reply_has_its_length();
    echoes_are_not_answered();
    events_go_out_and_are_sent_again();
    a_window_limits_what_is_on_its_way();
    a_silent_gateway_makes_outputs_safe();
    events_carry_the_time();
    settings_are_used();
    the_self_test_finds_faults();
    restart_comes_after_the_reply();
    noise_does_no_harm();
    a_trial_is_confirmed_by_hello_or_ends();
    return check_result();
}
