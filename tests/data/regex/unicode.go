// Writes the tables of Unicode that the regular expressions of rules stand on, from those of Go's standard library:
//
//	go run tests/data/regex/unicode.go lib/rule
//
// gives lib/rule/regex_category.c and lib/rule/regex_script.c. They are in the tree so that what a rule means does not change with
// the library that happens to be installed.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"unicode"
)

// In the order of enum regex_category: the least of each letter begins its group.
var categories = []string{"Cc", "Cf", "Co", "Cs", "Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "No", "Pc", "Pd",
	"Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp", "Zs"}

func rows(text *strings.Builder, words []string, separator string, width int) {
	line := "   "
	for _, word := range words {
		if len(line)+len(word)+len(separator) > width {
			fmt.Fprintln(text, line)
			line = "   "
		}
		line += " " + word + separator
	}
	fmt.Fprintln(text, line)
}

// Each run is its first code point, shifted, and the number of the table that its code points are in; `none` for no table.
func runs(names []string, tables map[string]*unicode.RangeTable, shift uint, none int) []string {
	of := make([]int, unicode.MaxRune+1)
	for i := range of {
		of[i] = none
	}
	for number, name := range names {
		for _, r := range tables[name].R16 {
			for c := int(r.Lo); c <= int(r.Hi); c += int(r.Stride) {
				of[c] = number
			}
		}
		for _, r := range tables[name].R32 {
			for c := int(r.Lo); c <= int(r.Hi); c += int(r.Stride) {
				of[c] = number
			}
		}
	}
	var words []string
	last := -1
	for c, number := range of {
		if number != last {
			words = append(words, fmt.Sprintf("%#x", uint32(c)<<shift|uint32(number)))
			last = number
		}
	}
	return words
}

// Runs of code points, one or two apart, that all have the next of their fold at the same distance.
func folds() []string {
	type run struct{ lo, hi, stride, delta int }
	var all []run
	for c := rune(0); c <= unicode.MaxRune; c++ {
		next := unicode.SimpleFold(c)
		if next == c {
			continue
		}
		delta := int(next - c)
		joined := false
		for i := len(all) - 1; i >= 0 && i >= len(all)-3; i-- {
			r := &all[i]
			gap := int(c) - r.hi
			if r.delta == delta && (r.lo == r.hi && gap <= 2 || r.lo != r.hi && gap == r.stride) {
				r.stride = gap
				r.hi = int(c)
				joined = true
				break
			}
		}
		if !joined {
			all = append(all, run{int(c), int(c), 1, delta})
		}
	}
	var words []string
	for _, r := range all {
		words = append(words, fmt.Sprintf("{%#x, %#x, %d, %d}", r.lo, r.hi, r.stride, r.delta))
	}
	return words
}

func write(path string, text string) {
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	var text strings.Builder
	fmt.Fprintf(&text, "/* The general categories of Unicode %s, written by tests/data/regex/unicode.go. Each run of code points begins where its\n"+
		" * upper 27 bits say and is of the category that its lower 5 bits number; it ends where the next one begins. */\n"+
		"#include \"rule/regex.h\"\n\n", unicode.Version)
	fmt.Fprintf(&text, "const char *const regex_category_names[REGEX_CATEGORIES] = {\n")
	var quoted []string
	for _, name := range categories {
		quoted = append(quoted, `"`+name+`"`)
	}
	rows(&text, quoted, ",", 100)
	fmt.Fprintf(&text, "};\n\n")
	words := runs(categories, unicode.Categories, 5, 31)
	fmt.Fprintf(&text, "static const uint32_t runs[] = {\n")
	rows(&text, words, ",", 100)
	fmt.Fprintf(&text, "};\nconst struct regex_runs regex_category_runs = {runs, sizeof runs / sizeof runs[0]};\n")
	write(filepath.Join(os.Args[1], "regex_category.c"), text.String())

	text.Reset()
	fmt.Fprintf(&text, "/* The scripts of Unicode %s and its simple case folding, written by tests/data/regex/unicode.go. Each run of code points\n"+
		" * begins where its upper 24 bits say and is of the script that its lower 8 bits number. Folding leads from a code point to\n"+
		" * the next one that differs from it by case alone, and at last back to the first. */\n"+
		"#include \"rule/regex.h\"\n\n", unicode.Version)
	var names []string
	for name := range unicode.Scripts {
		names = append(names, name)
	}
	sort.Strings(names)
	quoted = nil
	for _, name := range names {
		quoted = append(quoted, `"`+name+`"`)
	}
	fmt.Fprintf(&text, "const char *const regex_script_names[] = {\n")
	rows(&text, quoted, ",", 100)
	fmt.Fprintf(&text, "};\nconst int32_t regex_n_scripts = sizeof regex_script_names / sizeof regex_script_names[0];\n\n")
	words = runs(names, unicode.Scripts, 8, 255)
	fmt.Fprintf(&text, "static const uint32_t runs[] = {\n")
	rows(&text, words, ",", 100)
	fmt.Fprintf(&text, "};\nconst struct regex_runs regex_script_runs = {runs, sizeof runs / sizeof runs[0]};\n\n")
	fmt.Fprintf(&text, "const struct regex_fold regex_folds[] = {\n")
	rows(&text, folds(), ",", 100)
	fmt.Fprintf(&text, "};\nconst int32_t regex_n_folds = sizeof regex_folds / sizeof regex_folds[0];\n")
	write(filepath.Join(os.Args[1], "regex_script.c"), text.String())
}
