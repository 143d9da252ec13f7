/* Ed25519 by the vectors of RFC 8032 and spoilt forms of them; a file of such lines comes as the argument. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ed25519.h"

#define MESSAGE_MAX 1024U

static uint32_t from_hex(const char *hex, uint8_t *bytes, uint32_t room)
{
    uint32_t count = 0U;
    for (; (hex[0] != '-') && (hex[2U * count] != '\0') && (count < room); count++) {
        const char pair[3] = {hex[2U * count], hex[(2U * count) + 1U], '\0'};
        bytes[count] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return count;
}

static void run(const char *name, const char *key_hex, const char *message_hex, const char *signature_hex, bool good)
{
    uint8_t key[ED25519_KEY_BYTES];
    uint8_t signature[ED25519_SIGNATURE_BYTES];
    uint8_t message[MESSAGE_MAX];
    const uint32_t length = from_hex(message_hex, message, MESSAGE_MAX);
    CHECK(from_hex(key_hex, key, sizeof key) == sizeof key);
    CHECK(from_hex(signature_hex, signature, sizeof signature) == sizeof signature);
    const bool right = ed25519_check(key, signature, message, length);
    if (right != good) {
        (void)printf("… in the vector %s\n", name);
    }
    CHECK(right == good);
}

int main(int argc, char **argv)
{
    static char line[4096];
    FILE *file = (argc == 2) ? fopen(argv[1], "r") : NULL;
    CHECK(file != NULL);
    while ((file != NULL) && (fgets(line, sizeof line, file) != NULL)) {
        char *words[5] = {NULL};
        int count = 0;
        for (char *word = strtok(line, " \n"); (word != NULL) && (count < 5); word = strtok(NULL, " \n")) {
            words[count] = word;
            count++;
        }
        if ((count == 5) && (words[0][0] != '#')) {
            run(words[0], words[1], words[2], words[3], strcmp(words[4], "good") == 0);
        }
    }
    return check_result();
}
