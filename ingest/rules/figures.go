package rules

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"duban/state"
)

// milli is the unit numbers are kept in: thousandths.
const milli state.Fen = 1000

// parse reads a canonical decimal counted in unit: the common spelling at once, any other by
// state.ParseFen, with the same result.
func parse(text string, unit state.Fen) (state.Fen, error) {
	const maxDigits = 9 // of the whole part; with a unit of 亿元 the product still fits
	whole, n, sign := state.Fen(0), 0, state.Fen(1)
	if strings.HasPrefix(text, "-") {
		sign, n = -1, 1
	}
	first := n
	for ; n < len(text) && text[n] >= '0' && text[n] <= '9'; n++ {
		whole = whole*10 + state.Fen(text[n]-'0')
	}
	if n == first || n-first > maxDigits {
		return state.ParseFen(text, unit)
	}
	f := whole * unit
	if n < len(text) {
		if text[n] != '.' {
			return state.ParseFen(text, unit)
		}
		place := unit
		for n++; n < len(text); n++ {
			if text[n] < '0' || text[n] > '9' || place%10 != 0 {
				return state.ParseFen(text, unit)
			}
			place /= 10
			f += state.Fen(text[n]-'0') * place
		}
	}
	return sign * f, nil
}

// figure finds the number in a cell as typed, with its decimals, exponent and unit.
var figure = regexp.MustCompile(`[0-9][0-9,]*(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,2}))?\s*\(?(亿|万|元)?`)

// halfDigit is half of the last digit the department showed, in parts of unit. A figure of
// 1.19 亿元 stands for anything within 50 万元; a figure of 1190 万元 within 0.5.
func halfDigit(v state.Value, unit state.Fen) state.Fen {
	if v.Raw != "" && v.Raw == v.Text && (unit == state.Wan || unit == milli) && strings.Trim(v.Raw, "0123456789") == "" {
		return unit / 2 // the common cell: a whole number
	}
	shown := norm.NFKC.String(v.Raw)
	if unit == milli && !strings.Contains(shown, "%") {
		shown = v.Text // a fraction standing for a percentage: the digits of the percentage count
	}
	m := figure.FindStringSubmatch(shown)
	if m == nil {
		if m = figure.FindStringSubmatch(v.Text); m == nil {
			return 0
		}
	}
	half := unit
	switch {
	case m[3] == "" || unit == milli:
	case m[3] == "亿":
		half = state.Yi
	case m[3] == "万":
		half = state.Wan
	default:
		half = state.Yuan
	}
	exponent, _ := strconv.Atoi(m[2]) // two digits, or none
	half /= 2
	for places := len(m[1]) - exponent; places > 0 && half > 0; places-- {
		half /= 10
	}
	for places := min(exponent-len(m[1]), 8); places > 0; places-- {
		half *= 10
	}
	return half
}

// unitOf is what one in a sheet's column is worth, and the unit's name there.
func unitOf(at state.ColumnAt, def *state.Column) (state.Fen, string) {
	unit := at.Unit
	if unit == "" {
		unit = def.Unit
	}
	switch unit {
	case "亿元", "亿":
		return state.Yi, "亿元"
	case "百万元":
		return 100 * state.Wan, "百万元"
	case "千元":
		return 1000 * state.Yuan, "千元"
	case "元":
		return state.Yuan, "元"
	case "万元", "万":
		return state.Wan, "万元"
	}
	return state.Wan, unit
}
