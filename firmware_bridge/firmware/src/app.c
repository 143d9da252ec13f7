/* The whole program; see app.h. */
#include "app.h"

#include "boot.h"
#include "hal.h"
#include "requests.h"

#define BYTES_A_STEP 64U
#define RESTART_WITHIN_MS 200U /* … of the reply, which goes out before */

static struct stamp stamp(const struct app *app)
{
    const struct stamp at = {app->clock.unix_s, (uint16_t)app->clock.ms, app->now};
    return at;
}

void app_tell(struct app *app, uint8_t source, uint8_t value, uint32_t counter)
{
    struct event event = {0U, stamp(app), source, value, counter};
    (void)events_append(&app->events, &event); /* what is dropped is counted there */
}

void app_start(struct app *app)
{
    struct boot boot;
    *app = (struct app){0};
    boot_load(&boot);
    app->boots = boot.boots;
    app->reset_cause = hal_reset_cause();
    app->now = hal_ms();
    parser_start(&app->parser);
    line_start(&app->line);
    settings_load(&app->settings);
    outputs_start(&app->outputs, (uint8_t)setting(&app->settings, SETTING_SAFE_OUTPUTS));
    events_mount(&app->events);
    app->tally = app->events.stored;
    inputs_start(&app->inputs, &app->tally, app->now);
    clock_start(&app->clock, app->now);
    link_start(&app->link);
    update_start(&app->update, hal_running_slot());
    app_tell(app, EVENT_BOOT, app->reset_cause, app->boots);
}

static void step_inputs(struct app *app)
{
    const uint8_t due = inputs_step(&app->inputs, &app->tally, hal_inputs(), app->now,
                                    setting(&app->settings, SETTING_DEBOUNCE_MS),
                                    setting(&app->settings, SETTING_HOLD_OFF_MS));
    for (uint8_t i = 0U; i < INPUTS; i++) {
        if ((((uint32_t)due >> i) & 1U) != 0U) {
            app_tell(app, i, (uint8_t)(((uint32_t)app->tally.reported >> i) & 1U), app->tally.rises[i]);
        }
    }
}

static void step_link(struct app *app)
{
    const uint32_t timeout = setting(&app->settings, SETTING_LINK_TIMEOUT_MS);
    if (link_step(&app->link, app->now, timeout) != LINK_WENT) {
        return;
    }
    app_tell(app, EVENT_LINK_LOST, 0U, app->link.losses);
    if (outputs_make_safe(&app->outputs, (uint8_t)setting(&app->settings, SETTING_SAFE_OUTPUTS))) {
        app->falls++;
        app_tell(app, EVENT_SAFE, app->outputs.bits, app->falls);
    }
}

/* What is done once a millisecond. */
static void tick(struct app *app)
{
    clock_step(&app->clock, app->now);
    step_inputs(app);
    outputs_step(&app->outputs, app->now);
    step_link(app);
    const struct stamp at = stamp(app);
    events_report(&app->events, &at);
    if (app->update.on_trial && (app->now >= TRIAL_MS)) {
        hal_restart();
    }
}

static void take_request(struct app *app, const struct packet *request)
{
    struct packet reply;
    if (!requests_known_direction(request)) {
        return; /* an echo of this board, or another board on the line */
    }
    if (link_heard(&app->link, app->now) == LINK_CAME_BACK) {
        app_tell(app, EVENT_LINK_BACK, 0U, app->link.losses);
    }
    requests_answer(app, request, &reply);
    (void)line_send(&app->line, &reply);
}

static void receive(struct app *app)
{
    struct packet request;
    uint8_t byte = 0U;
    for (uint32_t i = 0U; (i < BYTES_A_STEP) && hal_line_get(&byte); i++) {
        if (parser_feed(&app->parser, byte, &request) == FRAME_GOOD) {
            take_request(app, &request);
        }
    }
}

void app_step(struct app *app)
{
    const uint32_t now = hal_ms();
    if (now != app->now) {
        app->now = now;
        tick(app);
    }
    receive(app);
    link_send(&app->link, &app->line, &app->events, app->now, setting(&app->settings, SETTING_RESEND_MS));
    line_pump(&app->line);
    hal_watchdog_kick();
    if (app->restarting && ((app->line.count == 0U) || ((app->now - app->restart_at) >= RESTART_WITHIN_MS))) {
        hal_restart();
    }
}
