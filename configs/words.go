package configs

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"duban/state"
)

// texts are the words without their places; empty ones are dropped.
func texts(ws []word) []string {
	var out []string
	for _, w := range ws {
		if w.Text != "" {
			out = append(out, w.Text)
		}
	}
	return out
}

// class reads one of the four classes.
func class(in *inbox, w word) (state.Class, bool) {
	c := state.Class(w.Text)
	if slices.Contains(state.Classes(), c) {
		return c, true
	}
	in.wrong(w.At, "写 续建、新开工、前期 或 招商。", "没有“%s”这一类项目。", w.Text)
	return "", false
}

// yes reads a yes-or-no word; absent means no.
func yes(in *inbox, w word) bool {
	switch strings.ToLower(w.Text) {
	case "true", "yes", "是", "y", "1":
		return true
	case "", "false", "no", "否", "n", "0":
		return false
	}
	in.wrong(w.At, "写 true 或 false。", "“%s”要写成是或否。", w.Text)
	return false
}

// count reads a whole number within bounds.
func (in *inbox) count(w word, least, most int, remedy string) int {
	n, err := strconv.Atoi(w.Text)
	if err != nil || n < least || n > most {
		in.wrong(w.At, remedy, "“%s”不是 %d 到 %d 之间的整数。", w.Text, least, most)
	}
	return n
}

// number reads a decimal from 0 to most; absent means the standard value.
func (in *inbox) number(w word, standard, most float64) float64 {
	if !w.Set {
		return standard
	}
	x, err := strconv.ParseFloat(w.Text, 64)
	if err != nil || !(x >= 0 && x <= most) { // also refuses NaN
		in.wrong(w.At, "只写数字,不带百分号和单位。", "“%s”不是 0 到 %v 之间的数。", w.Text, most)
		return standard
	}
	return x
}

// duration reads "10m", "2h", "90s"; a bare number has no unit and is refused, except 0.
func (in *inbox) duration(w word, remedy string) time.Duration {
	d, err := time.ParseDuration(w.Text)
	if err != nil {
		in.wrong(w.At, remedy, "“%s”不是一段时间(秒 s、分 m、时 h)。", w.Text)
	}
	return d
}

// remedyNear suggests the nearest known name before the general remedy.
func remedyNear(written string, known []string, remedy string) string {
	if near := state.Nearest(written, known); near != "" {
		return "是不是“" + near + "”?" + remedy
	}
	return remedy
}

// maxAddress is the longest address SMTP carries (RFC 5321 4.5.3.1.3, less the brackets).
const maxAddress = 254

// plainAddress reports whether addr is one bare ASCII address as every mail server takes
// it, without display name or quoted local part.
func plainAddress(addr string) bool {
	local, domain, ok := strings.Cut(addr, "@")
	return ok && len(addr) <= maxAddress && local != "" && onlyOf(local, ".!#$%&'*+-/=?^_`{|}~") && plainDomain(domain)
}

func plainDomain(d string) bool {
	return d != "" && onlyOf(d, ".-") &&
		!strings.HasPrefix(d, ".") && !strings.HasSuffix(d, ".") && !strings.Contains(d, "..")
}

func onlyOf(s, signs string) bool {
	for _, r := range s {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune(signs, r)) {
			return false
		}
	}
	return true
}

// address reads a mail address and remembers it, to be held against outgoing.allow; "" when
// the word is empty or no address.
func (l *loader) address(w word) string {
	if w.Text == "" {
		return ""
	}
	if !plainAddress(w.Text) {
		l.wrong(w.At, "只写邮箱本身,例如 zjj@lanchuan.example,不带姓名、空格和全角符号。", "“%s”不是邮箱。", w.Text)
		return ""
	}
	l.addresses = append(l.addresses, w)
	return w.Text
}
