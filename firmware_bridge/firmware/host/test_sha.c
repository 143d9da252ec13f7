/* SHA-256 and SHA-512 by the examples of FIPS 180-4, and at every length around a block's padding. */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "check.h"
#include "sha256.h"
#include "sha512.h"

static const char *TWO_BLOCKS = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

static bool is_hex(const uint8_t *bytes, uint32_t length, const char *hex)
{
    char pair[3];
    bool same = strlen(hex) == (2U * length);
    for (uint32_t i = 0U; same && (i < length); i++) {
        (void)snprintf(pair, sizeof pair, "%02x", bytes[i]);
        same = memcmp(pair, &hex[2U * i], 2U) == 0;
    }
    return same;
}

static bool sha256_is(const char *text, const char *hex)
{
    struct sha256 sha;
    uint8_t digest[SHA256_BYTES];
    sha256_start(&sha);
    sha256_more(&sha, (const uint8_t *)text, (uint32_t)strlen(text));
    sha256_end(&sha, digest);
    return is_hex(digest, sizeof digest, hex);
}

static bool sha512_is(const char *text, const char *hex)
{
    struct sha512 sha;
    uint8_t digest[SHA512_BYTES];
    sha512_start(&sha);
    sha512_more(&sha, (const uint8_t *)text, (uint32_t)strlen(text));
    sha512_end(&sha, digest);
    return is_hex(digest, sizeof digest, hex);
}

/* The hash of the hashes of 'a' * n, n = 0..300: any slip in padding changes it. */
static void all_lengths(uint8_t *of_256, uint8_t *of_512)
{
    static const uint8_t A = 'a';
    struct sha256 all_256;
    struct sha512 all_512;
    sha256_start(&all_256);
    sha512_start(&all_512);
    for (uint32_t n = 0U; n <= 300U; n++) {
        struct sha256 one_256;
        struct sha512 one_512;
        sha256_start(&one_256);
        sha512_start(&one_512);
        for (uint32_t i = 0U; i < n; i++) {
            sha256_more(&one_256, &A, 1U);
            sha512_more(&one_512, &A, 1U);
        }
        sha256_end(&one_256, of_256);
        sha512_end(&one_512, of_512);
        sha256_more(&all_256, of_256, SHA256_BYTES);
        sha512_more(&all_512, of_512, SHA512_BYTES);
    }
    sha256_end(&all_256, of_256);
    sha512_end(&all_512, of_512);
}

int main(void)
{
    uint8_t of_256[SHA256_BYTES];
    uint8_t of_512[SHA512_BYTES];
    CHECK(sha256_is("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    CHECK(sha256_is("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    CHECK(sha256_is(TWO_BLOCKS, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
    CHECK(sha512_is("abc", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                           "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"));
    all_lengths(of_256, of_512);
    CHECK(is_hex(of_256, sizeof of_256, "e8e4a8cfe049153f6f930f2156161a5b19bb9b3dc4b698c20e4d44a29d7f9526"));
    CHECK(is_hex(of_512, sizeof of_512, "b0252e29bae50b5a42c84d684a695d3ce9eb9f45564b98f09503ce01bcdc907c"
                                         "14d2fad620cea072e46915da1321a945dee073b717b9c105a6a57beb402eddc5"));
    return check_result();
}
