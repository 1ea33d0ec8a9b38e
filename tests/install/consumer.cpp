// A caller in C++17: the same headers, owned by unique_ptr with the library's own free functions.
#include <libcustomer.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

template <auto Free> struct freed_by {
    template <typename T> void operator()(T *handle) const { Free(handle); }
};
using table = std::unique_ptr<cstm_table, freed_by<cstm_table_free>>;
using scope = std::unique_ptr<cstm_scope, freed_by<cstm_scope_free>>;
using rule = std::unique_ptr<cstm_rule, freed_by<cstm_rule_unref>>;

static cstm_error *error;

static void
must(cstm_status status)
{
    if (status == CSTM_OK)
        return;
    std::fprintf(stderr, "%s\n", cstm_error_message(error));
    std::exit(1);
}

int
main()
{
    const std::vector<int64_t> uses{0, 3, 12};
    const std::string text = "uses > 2";
    cstm_table *made;
    must(cstm_table_new(&made, &error));
    table customers(made);
    must(cstm_table_add_int64(customers.get(), "uses", uses.data(), nullptr, static_cast<int64_t>(uses.size()), &error));
    cstm_scope *names;
    must(cstm_scope_new("CNY", nullptr, &names, &error));
    scope words(names);
    must(cstm_scope_declare(words.get(), "uses", CSTM_TYPE_INT, &error));
    cstm_rule *compiled;
    must(cstm_rule_compile(words.get(), text.data(), text.size(), CSTM_TYPE_BOOL, &compiled, &error));
    rule active(compiled);
    must(cstm_rule_evaluate(active.get(), customers.get(), &made, &error));
    table result(made);
    const int32_t value = cstm_table_find(result.get(), "value");
    int count = 0;
    for (int64_t row = 0; row < cstm_table_rows(result.get()); row++)
        count += cstm_table_bool(result.get(), row, value);
    std::printf("%d of %lld customers are active\n", count, static_cast<long long>(cstm_table_rows(result.get())));
    return count == 2 ? 0 : 1;
}
