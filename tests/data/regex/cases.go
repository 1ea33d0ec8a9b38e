// Writes pairs of a pattern and a text with what RE2's syntax makes of them, as Go's standard library tells it:
//
//	go run tests/data/regex/cases.go > tests/data/regex/cases.tsv
//
// A line is: 1 found, 0 not found, e no pattern; the pattern; the text. In both a backslash, a line's end and a tab
// are written \\, \n, \t. Half of the texts are made from the pattern, so that about half of all are found. The random walk
// starts at the same place each time.
package main

import (
	"bufio"
	"fmt"
	"math/rand"
	"os"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

var random = rand.New(rand.NewSource(7))

func one(words ...string) string { return words[random.Intn(len(words))] }

func letter() string {
	return one("a", "a", "a", "b", "b", "c", "A", "K", "s", "é", "漢", "字", "1", "_", " ", `\.`, `\n`, `\t`, `\x62`, `\x{6f22}`, `\141`, "-", "ſ", "\U0001F600")
}

func class() string {
	switch random.Intn(4) {
	case 0:
		return one(`\d`, `\D`, `\w`, `\W`, `\s`, `\S`, ".", `\pL`, `\PL`, `\p{Lu}`, `\p{Han}`, `\P{Han}`, `\p{^Lu}`, `\pN`, `\p{Greek}`)
	case 1:
		return one("[[:alpha:]]", "[[:^digit:]]", "[[:word:][:space:]]", `[\d\s]`, `[^\w]`, `[^\W\d]`, `[\pL\-]`, `[^\p{Lu}x]`, "[^a]", "[]a]", "[^]a]")
	}
	var text strings.Builder
	text.WriteString("[")
	if random.Intn(4) == 0 {
		text.WriteString("^")
	}
	for n := 1 + random.Intn(3); n > 0; n-- {
		text.WriteString(one("a", "b", "c", "a-c", "b-d", "A-Z", "0-9", "é-ü", "一-龥", "s", "k", `\]`, `\-`, `\\`, "α-ω"))
	}
	text.WriteString("]")
	return text.String()
}

func atom(depth int) string {
	switch n := random.Intn(12); {
	case n < 5 || depth == 0:
		return letter()
	case n < 7:
		return class()
	case n < 8:
		return one("^", "$", `\b`, `\B`, `\A`, `\z`, "(?m:^)", "(?m:$)")
	default:
		return one("(", "(?:", "(?i:", "(?s:", "(?m:", "(?-s:") + pattern(depth-1) + ")"
	}
}

func sequence(depth int) string {
	var text strings.Builder
	for n := random.Intn(4) + random.Intn(2); n > 0; n-- {
		text.WriteString(atom(depth))
		if random.Intn(3) == 0 {
			text.WriteString(one("*", "+", "?", "*?", "+?", "??", "{2}", "{1,}", "{0,2}", "{1,3}?", "{3}"))
		}
	}
	return text.String()
}

func pattern(depth int) string {
	text := sequence(depth)
	for random.Intn(3) == 0 {
		text += "|" + sequence(depth)
	}
	return text
}

func whole() string {
	switch random.Intn(12) {
	case 0:
		return one("(?i)", "(?m)", "(?s)", "(?im)", "(?U)", "(?i-s)") + pattern(2)
	case 1:
		return "^" + pattern(2) + "$"
	case 2:
		return "(?m)^" + pattern(2) + "$"
	case 3: // spoilt, perhaps
		text := pattern(2)
		at := random.Intn(len(text) + 1)
		return text[:at] + one("(", ")", "[", "]", "*", "{", "}", "\\", "?", "|", "(?", "{2", "[^", `\q`, `\Q`, `\E`, "++") + text[at:]
	}
	return pattern(2)
}

// A pattern with a few letters put in, taken out or overwritten: often none any more.
func spoilt() string {
	runes := []rune(whole())
	for n := 1 + random.Intn(3); n > 0; n-- {
		at := random.Intn(len(runes) + 1)
		word := one("(", ")", "[", "]", "*", "{", "}", "\\", "?", "|", "^", "$", "-", ",", ":", "1", "0", "2", "x", "Q", "E", "p", "b", "<", "=",
			"[:", ":]", "\\Q", "(?", "i", "{1,", "\\p{", "L", "\\x", "\\0", "\\7")
		rest := runes[at:]
		if at < len(runes) && random.Intn(2) == 0 {
			rest = runes[at+1:]
		}
		runes = []rune(string(runes[:at]) + word + string(rest))
	}
	return string(runes)
}

// Names of categories that Go takes in any case and with hyphens, and RE2 does not.
var loose = regexp.MustCompile(`\\[pP](\{\^?-|\{\^?[a-z]|[a-z])`)

func text() string {
	var text strings.Builder
	for n := random.Intn(9); n > 0; n-- {
		text.WriteString(one("a", "a", "a", "b", "b", "c", "d", "A", "B", "k", "K", "S", "s", "1", "_", " ", "\n", "é", "É", "漢", "字", "ω", "Ω", ".", "-", "\U0001F600", "x"))
	}
	return text.String()
}

// A text that the tree would match if no assertion stood in it.
func sample(tree *syntax.Regexp, text *strings.Builder) {
	switch tree.Op {
	case syntax.OpLiteral:
		for _, r := range tree.Rune {
			if tree.Flags&syntax.FoldCase != 0 && random.Intn(2) == 0 {
				r = unicode.SimpleFold(r)
			}
			text.WriteRune(r)
		}
	case syntax.OpCharClass:
		if len(tree.Rune) > 0 {
			at := random.Intn(len(tree.Rune)/2) * 2
			text.WriteRune(tree.Rune[at] + rune(random.Intn(int(min(tree.Rune[at+1]-tree.Rune[at], 40)+1))))
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		text.WriteString(one("a", "é", "漢", " "))
	case syntax.OpCapture, syntax.OpConcat:
		for _, child := range tree.Sub {
			sample(child, text)
		}
	case syntax.OpAlternate:
		sample(tree.Sub[random.Intn(len(tree.Sub))], text)
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		least, most := map[syntax.Op]int{syntax.OpPlus: 1, syntax.OpRepeat: tree.Min}[tree.Op], 3
		if tree.Op == syntax.OpQuest {
			most = 1
		} else if tree.Op == syntax.OpRepeat && tree.Max >= 0 {
			most = tree.Max
		}
		for n := least + random.Intn(max(most-least, 0)+1); n > 0; n-- {
			sample(tree.Sub[0], text)
		}
	}
}

func near(tree *syntax.Regexp) string {
	var made strings.Builder
	sample(tree, &made)
	runes := []rune(made.String())
	if len(runes) > 0 && random.Intn(2) == 0 {
		at := random.Intn(len(runes))
		runes[at] = []rune(one("a", "b", "\n", "漢", " ", "1"))[0]
	}
	if random.Intn(4) == 0 {
		return one("a", "b", "\n", "x", " ", "漢") + string(runes) + one("a", "b", "\n", "", " ", "漢")
	}
	return string(runes)
}

func quote(text string) string {
	return strings.NewReplacer("\\", "\\\\", "\n", "\\n", "\t", "\\t").Replace(text)
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for i := 0; i < 3000; i++ {
		pattern := whole()
		if i%3 == 0 {
			pattern = spoilt()
		}
		if loose.MatchString(pattern) || !utf8.ValidString(pattern) {
			continue
		}
		compiled, err := regexp.Compile(pattern)
		if err != nil {
			fmt.Fprintf(out, "e\t%s\t\n", quote(pattern))
			continue
		}
		tree, _ := syntax.Parse(pattern, syntax.Perl)
		yes, no := 0, 0
		for try := 0; try < 40 && yes+no < 4; try++ {
			text := text()
			if try%4 != 3 {
				text = near(tree)
			}
			if strings.ContainsAny(text, "\r\x00\u2028") || !utf8.ValidString(text) || len(text) > 300 {
				continue
			}
			found := compiled.MatchString(text)
			if found && yes < 2 {
				yes++
				fmt.Fprintf(out, "1\t%s\t%s\n", quote(pattern), quote(text))
			} else if !found && no < 2 {
				no++
				fmt.Fprintf(out, "0\t%s\t%s\n", quote(pattern), quote(text))
			}
		}
	}
}
