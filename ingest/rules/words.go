package rules

import (
	"math/big"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/expr-lang/expr"

	"duban/state"
)

// The functions an expression may call. Those that need the form or the registry are bound
// to them per set and per case.

// fold gives what of a letter counts when texts are compared: width and letter case do not,
// spaces and punctuation count for nothing (-1).
func fold(r rune) rune {
	if r >= '！' && r <= '～' {
		r -= '！' - '!'
	}
	switch {
	case r >= '一' && r <= '龥', r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '+':
		return r
	case unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) || unicode.Is(unicode.Cf, r):
		return -1
	}
	return unicode.ToLower(r)
}

// foldWords is fold without figures.
func foldWords(r rune) rune {
	if r == '.' || r == '．' || unicode.IsDigit(r) {
		return -1
	}
	return fold(r)
}

// plain folds a whole text; figures stay.
func plain(s string) string { return strings.Map(fold, s) }

// same tells whether two texts say the same, word for word and figure for figure.
func same(a, b string) bool { return equal(a, b, fold) }

// sameButNumbers tells whether two texts differ in nothing but figures.
func sameButNumbers(a, b string) bool { return equal(a, b, foldWords) }

// equal compares two texts letter by letter as folded, and stops at the first difference.
// Texts of which nothing is left are not equal.
func equal(a, b string, fold func(rune) rune) bool {
	letters := 0
	for {
		x, rest := next(a, fold)
		y, other := next(b, fold)
		if x != y {
			return false
		}
		if x < 0 {
			return letters > 0
		}
		a, b = rest, other
		letters++
	}
}

// next is the next letter that counts, -1 at the end.
func next(s string, fold func(rune) rune) (rune, string) {
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		s = s[n:]
		if f := fold(r); f >= 0 {
			return f, s
		}
	}
	return -1, ""
}

// hasAny tells whether a text contains one of the words.
func hasAny(text string, list []string) bool {
	return slices.ContainsFunc(list, func(w string) bool { return w != "" && strings.Contains(text, w) })
}

// wordsOf is a list of words, from params or written out in the expression.
func wordsOf(list any) []string {
	if words, ok := list.([]string); ok {
		return words
	}
	var words []string
	items, _ := list.([]any)
	for _, item := range items {
		if w, ok := item.(string); ok {
			words = append(words, w)
		}
	}
	return words
}

// apart tells whether two amounts differ by more than the tolerance, all in 分.
func apart(a, b, tolerance int) bool {
	d := a - b
	return d > tolerance || -d > tolerance
}

// slip is the amount in 分 a figure would be, had it been typed in 亿元 (or 元) in a column
// of 万元, when that lies within a share of one of the usual amounts; 0 when it does not.
func slip(fen int, usual []int, within float64) int {
	if fen <= 0 {
		return 0
	}
	for _, u := range usual {
		if u <= 0 {
			continue
		}
		if fen < u/1000 && close(fen*10_000, u, within) {
			return fen * 10_000
		}
		if fen > u && fen/1000 > u && close(fen/10_000, u, within) {
			return fen / 10_000
		}
	}
	return 0
}

func close(a, b int, within float64) bool {
	d := float64(a - b)
	return d <= within*float64(b) && -d <= within*float64(b)
}

// rateOff tells whether a percentage as shown cannot be part of whole (in 分, rounded by up to
// wholeHalf): beyond points of tolerance and whatever the rounding of the three figures may hide.
func rateOff(rate *number, part *amount, whole, wholeHalf int, points float64) bool {
	if whole <= 0 {
		return false
	}
	if rate.fraction { // 0.4 may be meant as 0.4 %
		asTyped := number{Milli: rate.Milli / 100, Half: rate.Half / 100}
		if !rateOff(&asTyped, part, whole, wholeHalf, points) {
			return false
		}
	}
	// |rate/100 - part/whole| <= tol, multiplied by 100,000 * whole
	diff := big.NewInt(int64(rate.Milli))
	diff.Mul(diff, big.NewInt(int64(whole)))
	diff.Sub(diff, new(big.Int).Mul(big.NewInt(int64(part.Fen)), big.NewInt(100_000)))
	allow := max(int64(points*1000), int64(rate.Half))
	tol := new(big.Int).Mul(big.NewInt(allow+1), big.NewInt(int64(whole)))
	tol.Add(tol, new(big.Int).Mul(big.NewInt(int64(part.Half)), big.NewInt(100_000)))
	tol.Add(tol, new(big.Int).Mul(big.NewInt(int64(wholeHalf)), big.NewInt(int64(rate.Milli))))
	return diff.Abs(diff).Cmp(tol) > 0
}

// fraction is a threshold, which the office may write as 5 or as 5.0.
func fraction(v any) float64 {
	if n, whole := v.(int); whole {
		return float64(n)
	}
	return v.(float64)
}

// rateOf is part of whole in percent with one decimal, as text.
func rateOf(part, whole int) string {
	if whole == 0 {
		return ""
	}
	r := new(big.Rat).SetFrac64(int64(part), int64(whole))
	return r.Mul(r, big.NewRat(100, 1)).FloatString(1)
}

// wan prints an amount of 分 in 万元.
func wan(fen int) string { return state.Fen(fen).Wan() }

// functions lists them for the compiler. vague and stage read the form.
func functions(form *state.Form) []expr.Option {
	vague := map[string]bool{}
	for _, w := range form.Vague {
		vague[plain(w)] = true
	}
	stage := func(text string) int {
		found := 0
		for i, w := range form.Stages {
			if strings.Contains(text, w) {
				found = i + 1
			}
		}
		return found
	}
	return []expr.Option{
		expr.Function("wan", func(a ...any) (any, error) { return wan(a[0].(int)), nil }, new(func(int) string)),
		expr.Function("apart", func(a ...any) (any, error) { return apart(a[0].(int), a[1].(int), a[2].(int)), nil }, new(func(int, int, int) bool)),
		expr.Function("slip", func(a ...any) (any, error) { return slip(a[0].(int), a[1].([]int), fraction(a[2])), nil },
			new(func(int, []int, float64) int), new(func(int, []int, int) int)),
		expr.Function("rate_off", func(a ...any) (any, error) {
			return rateOff(a[0].(*number), a[1].(*amount), a[2].(int), a[3].(int), fraction(a[4])), nil
		}, new(func(*number, *amount, int, int, float64) bool), new(func(*number, *amount, int, int, int) bool)),
		expr.Function("rate_of", func(a ...any) (any, error) { return rateOf(a[0].(int), a[1].(int)), nil }, new(func(int, int) string)),
		expr.Function("vague", func(a ...any) (any, error) { return vague[plain(a[0].(string))], nil }, new(func(string) bool)),
		expr.Function("same", func(a ...any) (any, error) { return same(a[0].(string), a[1].(string)), nil }, new(func(string, string) bool)),
		expr.Function("same_but_numbers", func(a ...any) (any, error) { return sameButNumbers(a[0].(string), a[1].(string)), nil }, new(func(string, string) bool)),
		expr.Function("has_any", func(a ...any) (any, error) { return hasAny(a[0].(string), wordsOf(a[1])), nil },
			new(func(string, []string) bool), new(func(string, []any) bool)),
		expr.Function("overall", func(a ...any) (any, error) { return overall(a[0].(string)), nil }, new(func(string) float64)),
		expr.Function("short_of", func(a ...any) (any, error) { return shortOf(a[0].(string), a[1].(string)), nil }, new(func(string, string) string)),
		expr.Function("alike", func(a ...any) (any, error) { return alike(a[0].(string), a[1].(string)), nil }, new(func(string, string) float64)),
		expr.Function("days_between", func(a ...any) (any, error) { return daysBetween(a[0].(string), a[1].(string)), nil }, new(func(string, string) int)),
		expr.Function("digits", func(a ...any) (any, error) { return digits(a[0].(string)), nil }, new(func(string) int)),
		expr.Function("has_day", func(a ...any) (any, error) { return hasDay(a[0].(string)), nil }, new(func(string) bool)),
		expr.Function("median", func(a ...any) (any, error) { return median(a[0].([]int)), nil }, new(func([]int) int)),
		expr.Function("none_for", func(a ...any) (any, error) { return noneFor(a[0].([]int)), nil }, new(func([]int) int)),
		expr.Function("same_for", func(a ...any) (any, error) { return sameFor(a[0].(string), a[1].([]string)), nil }, new(func(string, []string) int)),
		expr.Function("has_for", func(a ...any) (any, error) { return hasFor(a[0].([]string), wordsOf(a[1])), nil },
			new(func([]string, []string) int), new(func([]string, []any) int)),
		expr.Function("moved", func(a ...any) (any, error) { return moved(a[0].(string), a[1].([]string)), nil }, new(func(string, []string) int)),
		expr.Function("stage", func(a ...any) (any, error) { return stage(a[0].(string)), nil }, new(func(string) int)),
	}
}
