/* The tree of a document: the text that each style of scalar means, and the line and column of each of its bytes. */
#include "cases.h"

#include "strategy/document.h"

#include <stdbool.h>
#include <string.h>

static bool
is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

/* Where a word stands in the document, counted the way an editor does. */
static void
find_word(const char *document, const char *word, size_t size, int32_t place[2])
{
    const char *at = document;
    while (strncmp(at, word, size) != 0 || is_word(at[size]) || (at > document && is_word(at[-1]))) {
        ck_assert_msg(*at != '\0', "%.*s is not in the document", (int) size, word);
        at++;
    }
    place[0] = place[1] = 1;
    for (const char *c = document + (memcmp(document, "\xef\xbb\xbf", 3) == 0 ? 3 : 0); c < at; c++) {
        if (*c == '\n') {
            place[0]++;
            place[1] = 1;
        } else if ((*c & 0xc0) != 0x80) {
            place[1]++;
        }
    }
}

START_TEST(each_word_of_a_scalar_has_the_place_where_it_stands)
{
    static const struct {
        const char *document;
        const char *text;
    } cases[] = {
        {"k: one two", "one two"},
        {"# 信用卡\nk: one  two # three", "one  two"},
        {"k: 男 one 女 two", "男 one 女 two"},
        {"k: one\n  two\n\n\n  three\n", "one two\n\nthree"},
        {"k: one \t \n \t two\n", "one two"},
        {"k: 'one ''two'' three'", "one 'two' three"},
        {"k: '  one\n   two\n\n   three  '", "  one two\nthree  "},
        {"k: ''''", "'"},
        {"k: \"one \\\"two\\\" \\u7537 three\"", "one \"two\" \xe7\x94\xb7 three"},
        {"k: \"one\\t two \\x41 three \\U0001F600 four\"", "one\t two A three \xf0\x9f\x98\x80 four"},
        {"k: \"one \\\n     two\n  three\\n\n  four\"", "one two three\n four"},
        {"k: |\n  one\n    two\n\n  three\n", "one\n  two\n\nthree\n"},
        {"k: |-\n\n   one\n   two\n\n", "\none\ntwo"},
        {"k: |2\n    one\n   two\n", "  one\n two\n"},
        {"k: |+ # header\n one\n\n", "one\n\n"},
        {"k: >\n  one\n  two\n\n  three\n    four\n    five\n  six\n", "one two\nthree\n  four\n  five\nsix\n"},
        {"k: >-\n  one\n\n\n  two", "one\n\ntwo"},
        {"k: one\r\n  two\r\nl: x\r\n", "one two"},
        {"k: |\r\n  one\r\n  two\r\n", "one\ntwo\n"},
        {"\xef\xbb\xbfk: one two", "one two"},
        {"k: {a: one two, b: x}", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *source = cases[i].document;
        struct error_list errors = {0};
        struct document document;
        document_read(&document, source, strlen(source), "t", &errors);
        ck_assert_int_eq(errors.count, 0);
        struct node *node = document.root->first;
        if (cases[i].text == NULL)
            node = node->first;
        else
            ck_assert_str_eq(node->text, cases[i].text);
        const int32_t(*places)[2] = node_places(&document, node);
        for (size_t at = 0; at < node->size; at++) {
            size_t size = 0;
            while (at + size < node->size && is_word(node->text[at + size]))
                size++;
            if (size == 0 || (size == 1 && node->text[at] == 'A') || (node->text[at] & 0x80) != 0)
                continue;
            int32_t place[2];
            find_word(source, node->text + at, size, place);
            ck_assert_msg(places[at][0] == place[0] && places[at][1] == place[1], "%s\n'%.*s' is at %d:%d, not %d:%d", source,
                          (int) size, node->text + at, place[0], place[1], places[at][0], places[at][1]);
            at += size;
        }
        document_clear(&document);
    }
}
END_TEST

START_TEST(the_end_of_a_text_has_a_place_of_its_own)
{
    struct error_list errors = {0};
    struct document document;
    document_read(&document, "k: 'a +'\nl: \"b +\"\nm: c +\n", 25, "t", &errors);
    static const int32_t ends[][2] = {{1, 8}, {2, 8}, {3, 7}};
    const struct node *node = document.root->first;
    for (size_t i = 0; i < 3; i++, node = node->next) {
        const int32_t(*places)[2] = node_places(&document, (struct node *) node);
        ck_assert_int_eq(places[node->size][0], ends[i][0]);
        ck_assert_int_eq(places[node->size][1], ends[i][1]);
    }
    document_clear(&document);
}
END_TEST

START_TEST(an_escape_has_the_place_of_its_backslash)
{
    struct error_list errors = {0};
    struct document document;
    document_read(&document, "k: \"\\u7537 x\"", 13, "t", &errors);
    const int32_t(*places)[2] = node_places(&document, document.root->first);
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(places[i][1], 5);
    ck_assert_int_eq(places[3][1], 11);
    document_clear(&document);
}
END_TEST

START_TEST(keys_and_items_stand_in_the_order_of_the_document)
{
    struct error_list errors = {0};
    struct document document;
    static const char text[] = "b: [x, 'y', {z: 1}]\na: {}\n";
    document_read(&document, text, sizeof text - 1, "t", &errors);
    const struct node *b = document.root->first, *a = b->next;
    ck_assert_str_eq(b->key->text, "b");
    ck_assert_int_eq(b->kind, NODE_SEQUENCE);
    ck_assert(b->flow);
    ck_assert_str_eq(b->first->text, "x");
    ck_assert_int_eq(b->first->next->style, NODE_SINGLE_QUOTED);
    ck_assert_str_eq(b->last->first->key->text, "z");
    ck_assert_int_eq(b->last->column, 13);
    ck_assert_str_eq(a->key->text, "a");
    ck_assert_int_eq(a->line, 2);
    ck_assert_int_eq(a->column, 4);
    ck_assert_ptr_null(a->first);
    ck_assert_ptr_null(a->next);
    document_clear(&document);
}
END_TEST

int
main(void)
{
    return run_tests("places", (const TTest *const[]){
        each_word_of_a_scalar_has_the_place_where_it_stands,
        the_end_of_a_text_has_a_place_of_its_own,
        an_escape_has_the_place_of_its_backslash,
        keys_and_items_stand_in_the_order_of_the_document,
        NULL});
}
