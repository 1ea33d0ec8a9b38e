/* Bytes out and in: what is written is read back, the form is the only one there is, and hostile bytes end a reader. */
#include "base/bytes.h"
#include "base/hash.h"

#include <check.h>
#include <string.h>

static const uint64_t numbers[] = {0, 1, 127, 128, 255, 16383, 16384, UINT32_MAX, INT64_MAX, UINT64_MAX - 1, UINT64_MAX};
#define N_NUMBERS (sizeof numbers / sizeof *numbers)

START_TEST(what_is_written_is_read_back)
{
    cstm_buffer *buffer = buffer_new();
    ck_assert(buffer_put_u8(buffer, 200) && buffer_put_u32(buffer, 0xDEADBEEF) &&
              buffer_put_u64(buffer, UINT64_C(0x0123456789ABCDEF)) && buffer_put_text(buffer, "拉新", 6) &&
              buffer_put_text(buffer, NULL, 0));
    for (size_t i = 0; i < N_NUMBERS; i++)
        ck_assert(buffer_put_uvar(buffer, numbers[i]) && buffer_put_svar(buffer, (int64_t) numbers[i]) &&
                  buffer_put_svar(buffer, (int64_t) (0 - numbers[i])));
    struct byte_reader reader;
    reader_init(&reader, cstm_buffer_data(buffer), cstm_buffer_size(buffer));
    ck_assert_uint_eq(reader_u8(&reader), 200);
    ck_assert_uint_eq(reader_u32(&reader), 0xDEADBEEF);
    ck_assert_uint_eq(reader_u64(&reader), UINT64_C(0x0123456789ABCDEF));
    size_t size;
    const char *text = reader_text(&reader, &size);
    ck_assert(size == 6 && memcmp(text, "拉新", 6) == 0);
    ck_assert_ptr_nonnull(reader_text(&reader, &size));
    ck_assert_uint_eq(size, 0);
    for (size_t i = 0; i < N_NUMBERS; i++) {
        ck_assert_uint_eq(reader_uvar(&reader), numbers[i]);
        ck_assert_int_eq(reader_svar(&reader), (int64_t) numbers[i]);
        ck_assert_int_eq(reader_svar(&reader), (int64_t) (0 - numbers[i]));
    }
    ck_assert(!reader.failed && reader.at == reader.end);
    cstm_buffer_free(buffer);
}
END_TEST

START_TEST(numbers_are_little_endian_and_leb128)
{
    struct cstm_buffer buffer = {0};
    buffer_put_u32(&buffer, 0x01020304);
    buffer_put_uvar(&buffer, 624485);   /* DWARF 5, figure C.1: e5 8e 26 */
    buffer_put_svar(&buffer, -2);       /* zig-zag: 3 */
    static const uint8_t expected[] = {4, 3, 2, 1, 0xe5, 0x8e, 0x26, 3};
    ck_assert_uint_eq(buffer.size, sizeof expected);
    ck_assert_mem_eq(buffer.data, expected, sizeof expected);
    ck_assert_uint_eq(buffer.data[buffer.size], 0);
    buffer_clear(&buffer);
}
END_TEST

START_TEST(over_long_and_too_large_numbers_are_refused)
{
    static const struct {
        uint8_t bytes[12];
        size_t size;
    } cases[] = {
        {{0x80}, 1},                                                                   /* cut off */
        {{0x80, 0x00}, 2},                                                             /* 0 in two bytes */
        {{0xff, 0x80, 0x00}, 3},                                                       /* 127 in three */
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}, 10},            /* 2^64 and more */
        {{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}, 11},      /* eleven bytes */
        {{0}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct byte_reader reader;
        reader_init(&reader, cases[i].bytes, cases[i].size);
        ck_assert_uint_eq(reader_uvar(&reader), 0);
        ck_assert(reader.failed);
    }
}
END_TEST

START_TEST(a_reader_past_its_end_stays_failed)
{
    static const uint8_t bytes[] = {1, 2, 3, 4, 5};
    struct byte_reader reader;
    reader_init(&reader, bytes, sizeof bytes);
    ck_assert_uint_eq(reader_u64(&reader), 0);
    ck_assert_uint_eq(reader_u8(&reader), 0);
    ck_assert_ptr_null(reader_take(&reader, 0));
    ck_assert(reader.failed);
    size_t size = 9;
    static const uint8_t text[] = {200, 1, 'a'};
    reader_init(&reader, text, sizeof text);
    ck_assert_ptr_null(reader_text(&reader, &size));
    ck_assert_uint_eq(size, 0);
    reader_init(&reader, NULL, 0);
    ck_assert_uint_eq(reader_u32(&reader), 0);
    ck_assert(reader.failed);
}
END_TEST

START_TEST(a_buffer_answers_as_the_header_says)
{
    uint32_t foreign[16] = {0};
    ck_assert_ptr_null(cstm_buffer_data(NULL));
    ck_assert_ptr_null(cstm_buffer_data((cstm_buffer *) foreign));
    ck_assert_uint_eq(cstm_buffer_size(NULL), 0);
    ck_assert_uint_eq(cstm_buffer_size((cstm_buffer *) foreign), 0);
    cstm_buffer_free(NULL);
    cstm_buffer_free((cstm_buffer *) foreign);
    cstm_buffer *empty = buffer_new();
    ck_assert_uint_eq(cstm_buffer_data(empty)[0], 0);
    cstm_buffer_free(empty);
}
END_TEST

START_TEST(a_digest_is_sha_256)
{
    /* NIST, SHA-256 examples: "abc", the 448-bit and the empty message; and a million 'a' (FIPS 180-2, B.3). */
    static char million[1000000];
    memset(million, 'a', sizeof million);
    static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    const struct {
        const char *message;
        size_t size;
        const char *digest;
    } cases[] = {
        {"abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {two, 56, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {million, sizeof million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct digest digest = digest_of(cases[i].message, cases[i].size);
        char text[65];
        digest_text(&digest, text);
        ck_assert_str_eq(text, cases[i].digest);
    }
}
END_TEST

START_TEST(a_hash_tells_length_seed_and_every_byte_apart)
{
    char bytes[64] = {0};
    for (size_t size = 0; size <= sizeof bytes; size++) {
        uint64_t hash = hash_bytes(bytes, size, 0);
        ck_assert_uint_eq(hash, hash_bytes(bytes, size, 0));
        ck_assert_uint_ne(hash, hash_bytes(bytes, size, 1));
        if (size > 0)
            ck_assert_uint_ne(hash, hash_bytes(bytes, size - 1, 0));
        for (size_t i = 0; i < size; i++) {
            bytes[i] ^= 1;
            ck_assert_uint_ne(hash, hash_bytes(bytes, size, 0));
            bytes[i] ^= 1;
        }
    }
}
END_TEST

START_TEST(a_hash_spreads_sequential_keys_evenly)
{
    /* 65536 keys "A-0" ... in 256 buckets, expected 256 each: chi squared over its mean 255 by 5 deviations (22.6). */
    for (int shift = 0; shift <= 56; shift += 28) {
        int buckets[256] = {0};
        for (int i = 0; i < 65536; i++) {
            char key[16] = "A-";
            size_t size = 2;
            for (int left = i; left > 0 || size == 2; left /= 10)
                key[size++] = (char) ('0' + left % 10);
            buckets[hash_bytes(key, size, 0) >> shift & 255]++;
        }
        double chi_squared = 0;
        for (int i = 0; i < 256; i++)
            chi_squared += (buckets[i] - 256.0) * (buckets[i] - 256.0) / 256.0;
        ck_assert_double_lt(chi_squared, 255 + 5 * 22.6);
    }
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("bytes");
    tcase_add_test(tcase, what_is_written_is_read_back);
    tcase_add_test(tcase, numbers_are_little_endian_and_leb128);
    tcase_add_test(tcase, over_long_and_too_large_numbers_are_refused);
    tcase_add_test(tcase, a_reader_past_its_end_stays_failed);
    tcase_add_test(tcase, a_buffer_answers_as_the_header_says);
    tcase_add_test(tcase, a_digest_is_sha_256);
    tcase_add_test(tcase, a_hash_tells_length_seed_and_every_byte_apart);
    tcase_add_test(tcase, a_hash_spreads_sequential_keys_evenly);
    Suite *suite = suite_create("bytes");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
