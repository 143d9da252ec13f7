/* The whole program as one step that is called for ever. */
#ifndef APP_H
#define APP_H

#include <stdbool.h>
#include <stdint.h>

#include "clock.h"
#include "events.h"
#include "frame.h"
#include "inputs.h"
#include "line.h"
#include "link.h"
#include "outputs.h"
#include "settings.h"
#include "update.h"

/* A program on trial that nobody has confirmed restarts after this time; a build for tests may shorten it. */
#ifndef TRIAL_MS
#define TRIAL_MS 60000U
#endif

struct app {
    uint32_t now; /* uptime, ms */
    struct parser parser;
    struct line line;
    struct settings settings;
    struct events events;
    struct tally tally; /* of the inputs, as seen; `events.stored` lags by what was held off or dropped */
    struct inputs inputs;
    struct outputs outputs;
    struct clock clock;
    struct link link;
    struct update update;
    uint32_t boots;
    uint32_t falls; /* times that an output fell to its safe state */
    uint8_t reset_cause;
    bool restarting;
    uint32_t restart_at;
};

void app_start(struct app *app);

/* Do what is due now; to be called at least every few milliseconds. */
void app_step(struct app *app);

/* Store an event of now; it is sent by the way. */
void app_tell(struct app *app, uint8_t source, uint8_t value, uint32_t counter);

#endif
