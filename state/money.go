package state

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Fen is an amount of money in 分, the hundredth of a yuan: 1 万元 is 1,000,000 分.
// All sums are made in Fen, so no total is ever off by a rounding.
type Fen int64

// Amounts of one yuan, one 万元 and one 亿元.
const (
	Yuan Fen = 100
	Wan  Fen = 10_000 * Yuan
	Yi   Fen = 10_000 * Wan
)

// maxDigits bounds a number's text before it is handed to math/big: "1e999999" must not
// cost memory. No amount of a district has more.
const maxDigits = 40

// ParseFen reads a plain or scientific decimal ("120", "-0.5", "1E-3", "98128.89999999999")
// counted in unit and rounds it to the nearest 分. It is an error when the text is no such
// number or the amount does not fit.
func ParseFen(text string, unit Fen) (Fen, error) {
	s := strings.TrimSpace(text)
	if f, ok := plainFen(s, unit); ok {
		return f, nil
	}
	if s == "" || len(s) > maxDigits || strings.Trim(s, "0123456789.+-eE") != "" {
		return 0, fmt.Errorf("amount %.40q is not a decimal number", text)
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 && len(s)-i > 4 {
		return 0, fmt.Errorf("amount %.40q has too large an exponent", text)
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0, fmt.Errorf("amount %.40q is not a decimal number", text)
	}
	r.Mul(r, new(big.Rat).SetInt64(int64(unit)))
	half := big.NewRat(1, 2)
	if r.Sign() < 0 {
		half.Neg(half)
	}
	r.Add(r, half)
	n := new(big.Int).Quo(r.Num(), r.Denom()) // Quo truncates towards zero: with the half added, rounding away from zero
	if !n.IsInt64() {
		return 0, fmt.Errorf("amount %.40q is too large", text)
	}
	return Fen(n.Int64()), nil
}

// plainFen reads what nearly every amount is, twelve digits at most and perhaps a point,
// without big numbers. It says no to everything else.
func plainFen(s string, unit Fen) (Fen, bool) {
	const most = 12 // digits: counted in 万元 and turned into 分 they fit into 63 bits
	digits, negative := strings.CutPrefix(s, "-")
	var n, scale int64 = 0, 0
	count := 0
	for _, r := range []byte(digits) {
		switch {
		case r == '.' && scale == 0 && count > 0:
			scale = 1
			continue
		case r < '0' || r > '9':
			return 0, false
		}
		n, scale = 10*n+int64(r-'0'), 10*scale
		if count++; count > most {
			return 0, false
		}
	}
	if count == 0 || unit < 0 || unit > Wan || scale == 1 {
		return 0, false
	}
	n, scale = n*int64(unit), max(scale, 1)
	n = n/scale + n%scale*2/scale // half away from zero
	if negative {
		n = -n
	}
	return Fen(n), true
}

// ParseWan reads an amount in 万元.
func ParseWan(text string) (Fen, error) { return ParseFen(text, Wan) }

// Wan gives the amount in 万元 as a plain decimal without needless zeros: "4540", "0.5".
func (f Fen) Wan() string {
	n, sign := uint64(f), ""
	if f < 0 {
		n, sign = -n, "-"
	}
	whole, rest := sign+strconv.FormatUint(n/uint64(Wan), 10), n%uint64(Wan)
	if rest == 0 {
		return whole
	}
	digits := strconv.FormatUint(uint64(Wan)+rest, 10)[1:]
	return whole + "." + strings.TrimRight(digits, "0")
}

// Yi gives the amount in 亿元 rounded to two decimals: "29.88".
func (f Fen) Yi() string {
	return new(big.Rat).SetFrac64(int64(f), int64(Yi)).FloatString(2)
}

// Abs is the amount without its sign.
func (f Fen) Abs() Fen {
	if f < 0 {
		return -f
	}
	return f
}

// MarshalJSON writes the amount as a number of 万元, the unit of every document.
func (f Fen) MarshalJSON() ([]byte, error) { return []byte(f.Wan()), nil }

// UnmarshalJSON reads what MarshalJSON wrote.
func (f *Fen) UnmarshalJSON(b []byte) error {
	v, err := ParseWan(string(b))
	*f = v
	return err
}

// Percent is part of whole in percent rounded to one decimal, half away from zero; nil when
// there is no whole to compare with.
func Percent(part, whole Fen) *float64 {
	if whole == 0 {
		return nil
	}
	pct := ratio(int64(part), int64(whole))
	return rounded(pct.Mul(pct, big.NewRat(100, 1)), 1)
}
