/* The queue of events; see events.h. */
#include "events.h"

#include "bytes.h"
#include "crc.h"
#include "hal.h"

#define MAGIC 0x4C45U
#define SECTORS BOARD_EVENT_SECTORS
#define NOT_MARKED 0xFFFFU

/* A header: magic u16, sequence u32, first u32, rises 4 x u32, reported u8, spare 3, CRC-16. */
struct header {
    uint32_t sequence;
    uint32_t first;
    struct tally tally;
};

static uint32_t sector_at(uint32_t sector)
{
    return BOARD_EVENTS_AT + (sector * BOARD_SECTOR_SIZE);
}

static uint32_t record_at(uint32_t sector, uint32_t slot)
{
    return sector_at(sector) + EVENTS_HEADER + (slot * EVENTS_RECORD);
}

static uint32_t tail(const struct events *events)
{
    return (events->head + SECTORS + 1U - events->count) % SECTORS;
}

static bool read_header(uint32_t sector, struct header *header)
{
    uint8_t raw[EVENTS_HEADER];
    hal_flash_read(sector_at(sector), raw, EVENTS_HEADER);
    header->sequence = get_u32(&raw[2]);
    header->first = get_u32(&raw[6]);
    for (uint32_t i = 0U; i < INPUTS; i++) {
        header->tally.rises[i] = get_u32(&raw[10U + (4U * i)]);
    }
    header->tally.reported = raw[26];
    return (get_u16(raw) == MAGIC) && (crc16(raw, EVENTS_HEADER - 2U) == get_u16(&raw[EVENTS_HEADER - 2U]));
}

static bool program_checked(uint32_t address, const uint8_t *data, uint32_t length)
{
    uint8_t back[EVENTS_HEADER];
    if (!hal_flash_program(address, data, length)) {
        return false;
    }
    hal_flash_read(address, back, length);
    return same_bytes(data, back, length);
}

/* Spoil the header before erasing: an erase that is cut short could leave it, and of its records those that no mark
 * follows any more. */
static bool clear_sector(uint32_t sector)
{
    static const uint8_t SPOILT[2] = {0U, 0U};
    return hal_flash_program(sector_at(sector), SPOILT, sizeof SPOILT) && hal_flash_erase(sector_at(sector));
}

static bool write_header(uint32_t sector, const struct header *header)
{
    uint8_t raw[EVENTS_HEADER];
    fill_bytes(raw, 0U, EVENTS_HEADER);
    put_u16(raw, MAGIC);
    put_u32(&raw[2], header->sequence);
    put_u32(&raw[6], header->first);
    for (uint32_t i = 0U; i < INPUTS; i++) {
        put_u32(&raw[10U + (4U * i)], header->tally.rises[i]);
    }
    raw[26] = header->tally.reported;
    put_u16(&raw[EVENTS_HEADER - 2U], crc16(raw, EVENTS_HEADER - 2U));
    return clear_sector(sector) && program_checked(sector_at(sector), raw, EVENTS_HEADER);
}

/* A record: mark u16 (all ones, or acknowledged), then what the CRC covers: number u32, unix u32, ms u16, uptime u32,
 * source u8, value u8, counter u32; CRC-16. */
static void pack(const struct event *event, uint8_t *raw)
{
    put_u16(raw, NOT_MARKED);
    put_u32(&raw[2], event->number);
    put_u32(&raw[6], event->at.unix_s);
    put_u16(&raw[10], event->at.ms);
    put_u32(&raw[12], event->at.uptime);
    raw[16] = event->source;
    raw[17] = event->value;
    put_u32(&raw[18], event->counter);
    put_u16(&raw[22], crc16(&raw[2], EVENTS_RECORD - 4U));
}

/* False if there is no good record; `marked` also where power was lost within marking, which only an ACK begins. */
static bool read_record(uint32_t sector, uint32_t slot, struct event *event, bool *marked)
{
    uint8_t raw[EVENTS_RECORD];
    hal_flash_read(record_at(sector, slot), raw, EVENTS_RECORD);
    *marked = get_u16(raw) != NOT_MARKED;
    event->number = get_u32(&raw[2]);
    event->at.unix_s = get_u32(&raw[6]);
    event->at.ms = get_u16(&raw[10]);
    event->at.uptime = get_u32(&raw[12]);
    event->source = raw[16];
    event->value = raw[17];
    event->counter = get_u32(&raw[18]);
    return crc16(&raw[2], EVENTS_RECORD - 4U) == get_u16(&raw[22]);
}

static bool is_blank(uint32_t sector, uint32_t slot)
{
    uint8_t raw[EVENTS_RECORD];
    hal_flash_read(record_at(sector, slot), raw, EVENTS_RECORD);
    return all_bytes(raw, 0xFFU, EVENTS_RECORD);
}

/* Whether the next sector of the circle is free, or holds acknowledged events alone. */
static bool can_open(const struct events *events)
{
    if (events->count < SECTORS) {
        return true;
    }
    return events->first[(tail(events) + 1U) % SECTORS] <= events->oldest;
}

static bool open_next(struct events *events)
{
    const uint32_t sector = (events->head + 1U) % SECTORS;
    const struct header header = {events->sequence + 1U, events->next, events->stored};
    if (!can_open(events)) {
        return false;
    }
    /* The sector leaves the circle before it is erased, and joins it when its header stands. */
    events->count -= (events->count == SECTORS) ? 1U : 0U;
    if (!write_header(sector, &header)) {
        events->failed = true;
        return false;
    }
    events->head = sector;
    events->count++;
    events->sequence = header.sequence;
    events->first[sector] = events->next;
    events->slot = 0U;
    return true;
}

static void note(struct tally *known, const struct event *event)
{
    if (event->source < INPUTS) {
        const uint8_t bit = (uint8_t)(1U << event->source);
        known->rises[event->source] = event->counter;
        known->reported = (uint8_t)((event->value != 0U) ? (known->reported | bit) : (known->reported & (uint8_t)~bit));
    }
}

static bool store(struct events *events, struct event *event)
{
    uint8_t raw[EVENTS_RECORD];
    event->number = events->next;
    pack(event, raw);
    for (uint32_t attempt = 0U; attempt < 2U; attempt++) {
        if ((events->slot >= EVENTS_SLOTS) && !open_next(events)) {
            return false;
        }
        const uint32_t address = record_at(events->head, events->slot);
        events->slot++;
        if (program_checked(address, raw, EVENTS_RECORD)) {
            events->next++;
            note(&events->stored, event);
            return true;
        }
        events->failed = true;
    }
    return false;
}

void events_report(struct events *events, const struct stamp *at)
{
    if ((events->unreported == 0U) || ((events->slot >= EVENTS_SLOTS) && !can_open(events))) {
        return;
    }
    struct event event = {0U, *at, EVENT_DROPPED, 0U, events->unreported};
    if (store(events, &event)) {
        events->unreported = 0U;
    }
}

bool events_append(struct events *events, struct event *event)
{
    events_report(events, &event->at);
    if ((events->unreported == 0U) && store(events, event)) {
        return true;
    }
    events->dropped++;
    events->unreported++;
    return false;
}

/* Search one sector of the circle. Number n is never in a slot before n - first: a spoilt slot only moves it back. */
static bool find_in(const struct events *events, uint32_t sector, uint32_t from, struct event *event, uint32_t *slot)
{
    const uint32_t end = (sector == events->head) ? events->slot : EVENTS_SLOTS;
    const uint32_t begin = (from > events->first[sector]) ? (from - events->first[sector]) : 0U;
    bool marked = false;
    for (uint32_t i = begin; i < end; i++) {
        if (read_record(sector, i, event, &marked) && (event->number >= from)) {
            *slot = i;
            return true;
        }
    }
    return false;
}

static bool find(const struct events *events, uint32_t from, struct event *event, uint32_t *sector, uint32_t *slot)
{
    for (uint32_t i = 0U; i < events->count; i++) {
        *sector = (tail(events) + i) % SECTORS;
        const bool last = *sector == events->head;
        const bool before = !last && (events->first[(*sector + 1U) % SECTORS] <= from);
        if (!before && find_in(events, *sector, from, event, slot)) {
            return true;
        }
    }
    return false;
}

bool events_find(const struct events *events, uint32_t from, struct event *event)
{
    uint32_t sector = 0U;
    uint32_t slot = 0U;
    const uint32_t begin = (from < events->oldest) ? events->oldest : from;
    return (begin < events->next) && find(events, begin, event, &sector, &slot);
}

/* The smallest number that is there from `from` on, or `next`. */
static uint32_t existing(const struct events *events, uint32_t from)
{
    struct event event;
    uint32_t sector = 0U;
    uint32_t slot = 0U;
    return find(events, from, &event, &sector, &slot) ? event.number : events->next;
}

enum status events_acknowledge(struct events *events, uint32_t number)
{
    static const uint8_t MARK[2] = {0U, 0U};
    struct event event;
    uint32_t sector = 0U;
    uint32_t slot = 0U;
    if (number >= events->next) {
        return STATUS_BAD_VALUE;
    }
    if (number < events->oldest) {
        return STATUS_DONE;
    }
    if (!find(events, number, &event, &sector, &slot) || (event.number != number)) {
        return STATUS_BAD_VALUE;
    }
    if (!hal_flash_program(record_at(sector, slot), MARK, sizeof MARK)) {
        events->failed = true;
        return STATUS_STORE_FAILED;
    }
    events->oldest = existing(events, number + 1U);
    return STATUS_DONE;
}

uint32_t events_queued(const struct events *events)
{
    return events->next - events->oldest;
}

/* The sector with the highest sequence, and those before it that follow each other. */
static bool find_circle(struct events *events)
{
    struct header header;
    bool found = false;
    for (uint32_t i = 0U; i < SECTORS; i++) {
        if (read_header(i, &header) && (!found || (header.sequence > events->sequence))) {
            found = true;
            events->head = i;
            events->sequence = header.sequence;
        }
    }
    events->count = 0U;
    bool joined = found;
    while (joined && (events->count < SECTORS)) {
        const uint32_t sector = (events->head + SECTORS - events->count) % SECTORS;
        joined = read_header(sector, &header) && (header.sequence == (events->sequence - events->count));
        if (joined) {
            events->first[sector] = header.first;
            events->count++;
        }
    }
    return found;
}

/* Read the head: where to write on, the next number, the inputs' counters. */
static void read_head(struct events *events)
{
    struct header header;
    struct event event;
    bool marked = false;
    (void)read_header(events->head, &header);
    events->stored = header.tally;
    events->next = header.first;
    events->slot = 0U;
    for (uint32_t slot = 0U; slot < EVENTS_SLOTS; slot++) {
        if (!is_blank(events->head, slot)) {
            events->slot = slot + 1U;
        }
        if (read_record(events->head, slot, &event, &marked) && (event.number >= events->next)) {
            events->next = event.number + 1U;
            note(&events->stored, &event);
        }
    }
}

/* The number behind the last marked record of a sector; false if none is marked. */
static bool last_mark(uint32_t sector, uint32_t *behind)
{
    struct event event;
    bool found = false;
    for (uint32_t slot = 0U; slot < EVENTS_SLOTS; slot++) {
        bool marked = false;
        if (read_record(sector, slot, &event, &marked) && marked) {
            *behind = event.number + 1U;
            found = true;
        }
    }
    return found;
}

static void find_oldest(struct events *events)
{
    uint32_t behind = events->first[tail(events)];
    bool found = false;
    for (uint32_t i = 0U; (i < events->count) && !found; i++) {
        found = last_mark((events->head + SECTORS - i) % SECTORS, &behind);
    }
    events->oldest = existing(events, behind);
}

void events_mount(struct events *events)
{
    *events = (struct events){0};
    if (find_circle(events)) {
        read_head(events);
        find_oldest(events);
        return;
    }
    events->next = 1U;
    events->oldest = 1U;
    events->head = SECTORS - 1U;
    events->slot = EVENTS_SLOTS; /* the first event opens the first sector */
}
