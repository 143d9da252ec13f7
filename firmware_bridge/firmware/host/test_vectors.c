/* The shared vectors; the file's head says what its lines mean. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "check.h"
#include "crc.h"
#include "frame.h"

#define LINE_MAX_CHARS 4200
#define BYTES_MAX 2048U

static const char *REASONS[] = {"more", "good", "empty", "long", "cobs", "short", "version", "length", "crc"};

static uint32_t from_hex(const char *hex, uint8_t *bytes)
{
    uint32_t count = 0U;
    if (strcmp(hex, "-") == 0) {
        return 0U;
    }
    for (; (hex[2U * count] != '\0') && (count < BYTES_MAX); count++) {
        const char pair[3] = {hex[2U * count], hex[(2U * count) + 1U], '\0'};
        bytes[count] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return count;
}

static void run_crc(const char *hex, const char *expected)
{
    uint8_t bytes[BYTES_MAX];
    const uint32_t length = from_hex(hex, bytes);
    CHECK(crc16(bytes, length) == strtoul(expected, NULL, 16));
}

/* Feed bytes; the last result that was no FRAME_MORE, and how many there were. */
static enum frame_result feed(struct parser *parser, const uint8_t *bytes, uint32_t length, struct packet *packet,
                              uint32_t *results)
{
    enum frame_result last = FRAME_MORE;
    *results = 0U;
    for (uint32_t i = 0U; i < length; i++) {
        const enum frame_result result = parser_feed(parser, bytes[i], packet);
        if (result != FRAME_MORE) {
            last = result;
            (*results)++;
        }
    }
    return last;
}

static void run_frame(const char *packet_hex, const char *wire_hex)
{
    uint8_t raw[BYTES_MAX];
    uint8_t wire[BYTES_MAX];
    uint8_t built[FRAME_WIRE_MAX];
    struct packet packet;
    struct parser parser;
    uint32_t results = 0U;
    const uint32_t raw_length = from_hex(packet_hex, raw);
    const uint32_t wire_length = from_hex(wire_hex, wire);
    parser_start(&parser);
    CHECK(feed(&parser, wire, wire_length, &packet, &results) == FRAME_GOOD);
    CHECK(results == 1U);
    CHECK((packet.kind == raw[1]) && (packet.sequence == get_u16(&raw[2])) && (packet.length == raw[4]));
    CHECK((raw_length == (packet.length + 7U)) && (memcmp(packet.payload, &raw[5], packet.length) == 0));
    CHECK(frame_build(&packet, built) == wire_length);
    CHECK(memcmp(built, wire, wire_length) == 0);
}

static void run_bad(const char *reason, const char *hex)
{
    static const uint8_t HELLO[] = {0x04, 0x01, 0x01, 0x01, 0x01, 0x03, 0xD9, 0xFA, 0x00};
    uint8_t bytes[BYTES_MAX];
    struct packet packet;
    struct parser parser;
    uint32_t results = 0U;
    const uint32_t length = from_hex(hex, bytes);
    parser_start(&parser);
    const enum frame_result result = feed(&parser, bytes, length, &packet, &results);
    CHECK((results == 1U) && (strcmp(REASONS[result], reason) == 0));
    CHECK(feed(&parser, HELLO, sizeof HELLO, &packet, &results) == FRAME_GOOD);
}

static void run_line(char *line)
{
    char *words[5] = {NULL};
    int count = 0;
    for (char *word = strtok(line, " \n"); (word != NULL) && (count < 5); word = strtok(NULL, " \n")) {
        words[count] = word;
        count++;
    }
    if ((count == 4) && (strcmp(words[0], "crc") == 0)) {
        run_crc(words[2], words[3]);
    } else if ((count == 4) && (strcmp(words[0], "frame") == 0)) {
        run_frame(words[2], words[3]);
    } else if ((count == 4) && (strcmp(words[0], "bad") == 0)) {
        run_bad(words[2], words[3]);
    } else {
        CHECK(count == 0);
    }
}

int main(int argc, char **argv)
{
    static char line[LINE_MAX_CHARS];
    FILE *file = (argc == 2) ? fopen(argv[1], "r") : NULL;
    CHECK(file != NULL);
    while ((file != NULL) && (fgets(line, sizeof line, file) != NULL)) {
        if ((line[0] != '#') && (line[0] != '\n')) {
            const int failed = checks_failed;
            char copy[64];
            (void)snprintf(copy, sizeof copy, "%.60s", line);
            run_line(line);
            if (checks_failed > failed) {
                (void)printf("… in the vector: %s\n", copy);
            }
        }
    }
    return check_result();
}
