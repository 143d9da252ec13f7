/* The queue of events: a log in flash that survives power loss at any byte.
 *
 * Sectors are used in a circle. Each begins with a header (sequence of the sector, number of its first event, counters of
 * the inputs) and holds records of RECORD bytes with a CRC each. Acknowledging marks one record; a sector is erased only
 * when all its events are acknowledged and it is needed again, so numbers never repeat. A full queue keeps the oldest
 * events and counts those it had to drop. */
#ifndef EVENTS_H
#define EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "inputs.h"
#include "status.h"

#define EVENTS_HEADER 32U
#define EVENTS_RECORD 24U
#define EVENTS_SLOTS ((BOARD_SECTOR_SIZE - EVENTS_HEADER) / EVENTS_RECORD)

/* Where an event comes from; 0..3 are the inputs. */
enum event_source {
    EVENT_BOOT = 0x10,      /* value: reset cause, counter: boot count */
    EVENT_LINK_LOST = 0x11, /* counter: times lost since the board started */
    EVENT_LINK_BACK = 0x12,
    EVENT_SAFE = 0x13,      /* value: the outputs now */
    EVENT_DROPPED = 0x14    /* counter: events dropped since the last such event */
};

struct stamp {
    uint32_t unix_s;
    uint16_t ms;
    uint32_t uptime;
};

struct event {
    uint32_t number;
    struct stamp at;
    uint8_t source;
    uint8_t value;
    uint32_t counter;
};

struct events {
    uint32_t first[BOARD_EVENT_SECTORS]; /* number of the first event of each sector in use */
    uint32_t head;                       /* the sector that is written to */
    uint32_t count;                      /* sectors in use, the head and those before it */
    uint32_t sequence;                   /* … of the head */
    uint32_t slot;                       /* next slot in the head */
    uint32_t next;                       /* number of the next event */
    uint32_t oldest;                     /* oldest unacknowledged; `next` if there is none */
    uint32_t dropped;                    /* since the board started */
    uint32_t unreported;                 /* dropped, and no event says so yet */
    struct tally stored;                 /* of the inputs, as the stored events tell it */
    bool failed;                         /* flash did not take what was written */
};

/* Find the queue in flash, or begin one. */
void events_mount(struct events *events);

/* Store an event and give it its number; false if it was dropped. */
bool events_append(struct events *events, struct event *event);

/* Store the event that says how many were dropped, once there is room. */
void events_report(struct events *events, const struct stamp *at);

/* The unacknowledged event with the smallest number not below `from`; false if there is none. */
bool events_find(const struct events *events, uint32_t from, struct event *event);

/* Take all events up to and with `number` as delivered. */
enum status events_acknowledge(struct events *events, uint32_t number);

uint32_t events_queued(const struct events *events);

#endif
