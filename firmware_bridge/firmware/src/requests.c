/* Answers to requests; see requests.h. Each handler fills a reply whose payload is all zeros, so a reply has its full
 * length, and status 0, unless the handler says otherwise. */
#include "requests.h"

#include "bytes.h"
#include "hal.h"
#include "selftest.h"
#include "version.h"

#define REPLY 0x40U

enum kind {
    HELLO = 0x01,
    SET_TIME = 0x02,
    STATE = 0x03,
    ACK_EVENTS = 0x04,
    SET_OUTPUT = 0x05,
    GET_SETTING = 0x06,
    SET_SETTING = 0x07,
    SELF_TEST = 0x08,
    UPDATE_BEGIN = 0x09,
    UPDATE_DATA = 0x0A,
    UPDATE_END = 0x0B,
    RESTART = 0x0C,
    RESEND = 0x0D,
    UNKNOWN = 0x0F
};

struct shape {
    uint8_t low;   /* shortest payload of the request */
    uint8_t high;  /* longest */
    uint8_t reply; /* length of the reply's payload; 0: no such request */
};

/* HELLO and STATE have no status to refuse by, so they do not look at their payload. */
static const struct shape SHAPES[RESEND + 1U] = {
    [HELLO] = {0U, FRAME_PAYLOAD_MAX, 30U},
    [SET_TIME] = {6U, 6U, 1U},
    [STATE] = {0U, FRAME_PAYLOAD_MAX, 24U},
    [ACK_EVENTS] = {4U, 4U, 5U},
    [SET_OUTPUT] = {4U, 4U, 1U},
    [GET_SETTING] = {1U, 1U, 6U},
    [SET_SETTING] = {5U, 5U, 1U},
    [SELF_TEST] = {0U, 0U, 3U},
    [UPDATE_BEGIN] = {75U, 75U, 1U},
    [UPDATE_DATA] = {5U, 4U + UPDATE_CHUNK_MAX, 5U},
    [UPDATE_END] = {0U, 0U, 1U},
    [RESTART] = {0U, 0U, 1U},
    [RESEND] = {4U, 4U, 1U},
};

bool requests_known_direction(const struct packet *request)
{
    return (request->kind != 0U) && (request->kind < REPLY);
}

/* A new program is trusted once a gateway has spoken to it and it finds nothing wrong with itself. */
static void confirm(struct app *app)
{
    if (app->update.on_trial && (selftest(&app->settings, &app->events, app->update.running) == 0U)) {
        update_confirm(&app->update);
    }
}

static void answer_hello(struct app *app, uint8_t *out)
{
    confirm(app);
    out[0] = FRAME_VERSION;
    out[1] = VERSION_MAJOR;
    out[2] = VERSION_MINOR;
    out[3] = VERSION_PATCH;
    hal_board_id(&out[4]);
    put_u32(&out[12], app->boots);
    put_u32(&out[16], app->now);
    out[20] = app->update.running;
    out[21] = app->reset_cause;
    put_u32(&out[22], app->events.next);
    put_u32(&out[26], app->events.oldest);
}

static void answer_state(const struct app *app, uint8_t *out)
{
    const uint32_t queued = events_queued(&app->events);
    out[0] = app->inputs.debounced;
    out[1] = app->outputs.bits;
    for (uint32_t i = 0U; i < INPUTS; i++) {
        put_u32(&out[2U + (4U * i)], app->tally.rises[i]);
    }
    put_u16(&out[18], (uint16_t)((queued > 0xFFFFU) ? 0xFFFFU : queued));
    put_u32(&out[20], app->events.dropped);
}

static void answer_ack(struct app *app, const uint8_t *in, uint8_t *out)
{
    out[0] = (uint8_t)events_acknowledge(&app->events, get_u32(in));
    put_u32(&out[1], app->events.oldest);
}

static void answer_get(const struct app *app, const uint8_t *in, uint8_t *out)
{
    uint32_t value = 0U;
    const bool known = settings_get(&app->settings, in[0], &value);
    out[0] = (uint8_t)(known ? STATUS_DONE : STATUS_BAD_VALUE);
    out[1] = in[0];
    put_u32(&out[2], value);
}

static uint8_t begin_update(struct app *app, const uint8_t *in)
{
    struct update_offer offer;
    offer.size = get_u32(in);
    offer.crc = get_u32(&in[4]);
    offer.version = (struct version){in[8], in[9], in[10]};
    copy_bytes(offer.signature, &in[11], ED25519_SIGNATURE_BYTES);
    return (uint8_t)update_begin(&app->update, &offer);
}

static void answer_data(struct app *app, const struct packet *request, uint8_t *out)
{
    const uint8_t *in = request->payload;
    out[0] = (uint8_t)update_data(&app->update, get_u32(in), &in[4], (uint32_t)request->length - 4U);
    put_u32(&out[1], app->update.next);
}

static uint8_t restart(struct app *app)
{
    app->restarting = true;
    app->restart_at = app->now;
    return (uint8_t)STATUS_DONE;
}

static uint8_t resend(struct app *app, uint32_t number)
{
    if (number > app->events.next) {
        return (uint8_t)STATUS_BAD_VALUE;
    }
    link_resend(&app->link, number);
    return (uint8_t)STATUS_DONE;
}

/* Requests whose length is right. */
static void answer(struct app *app, const struct packet *request, uint8_t *out)
{
    const uint8_t *in = request->payload;
    switch (request->kind) {
    case HELLO:
        answer_hello(app, out);
        break;
    case SET_TIME:
        out[0] = (uint8_t)(clock_set(&app->clock, get_u32(in), get_u16(&in[4]), app->now) ? STATUS_DONE
                                                                                          : STATUS_BAD_VALUE);
        break;
    case STATE:
        answer_state(app, out);
        break;
    case ACK_EVENTS:
        answer_ack(app, in, out);
        break;
    case SET_OUTPUT:
        out[0] = (uint8_t)outputs_set(&app->outputs, in[0], in[1], get_u16(&in[2]), app->now);
        break;
    case GET_SETTING:
        answer_get(app, in, out);
        break;
    case SET_SETTING:
        out[0] = (uint8_t)settings_set(&app->settings, in[0], get_u32(&in[1]));
        break;
    case SELF_TEST:
        put_u16(&out[1], selftest(&app->settings, &app->events, app->update.running));
        break;
    case UPDATE_BEGIN:
        out[0] = begin_update(app, in);
        break;
    case UPDATE_DATA:
        answer_data(app, request, out);
        break;
    case UPDATE_END:
        out[0] = (uint8_t)update_end(&app->update);
        break;
    case RESTART:
        out[0] = restart(app);
        break;
    default: /* RESEND: `shape_of` lets no other kind come here */
        out[0] = resend(app, get_u32(in));
        break;
    }
}

static struct shape shape_of(const struct packet *request)
{
    const struct shape none = {0U, 0U, 0U};
    return (request->kind <= (uint8_t)RESEND) ? SHAPES[request->kind] : none;
}

void requests_answer(struct app *app, const struct packet *request, struct packet *reply)
{
    const struct shape shape = shape_of(request);
    reply->kind = (uint8_t)(request->kind | REPLY);
    reply->sequence = request->sequence;
    reply->length = shape.reply;
    fill_bytes(reply->payload, 0U, shape.reply);
    if (shape.reply == 0U) {
        reply->kind = (uint8_t)UNKNOWN | REPLY;
        reply->length = 1U;
        reply->payload[0] = request->kind;
    } else if ((request->length < shape.low) || (request->length > shape.high)) {
        reply->payload[0] = (uint8_t)STATUS_BAD_LENGTH;
    } else {
        answer(app, request, reply->payload);
    }
}
