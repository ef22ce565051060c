package configs

import (
	"strconv"
	"strings"
)

// AuthMode says what is made of the mail server's judgement of a sender.
type AuthMode string

// The modes. In each but off an explicit failure is held back; strict wants a pass.
const (
	AuthOff    AuthMode = "off"
	AuthWarn   AuthMode = "warn"
	AuthStrict AuthMode = "strict"
)

// Auth is how it is found out whether a mail is from whom it says.
type Auth struct {
	Mode   AuthMode
	Server string // the name the office's mail server signs its results with, lower case; "" when off
}

// Fuse is how many letters may leave within 24 hours before sending stops.
type Fuse struct {
	PerAddress int // to one address
	Total      int
}

func (l *loader) auth(raw rawAuth) Auth {
	a := Auth{Mode: AuthMode(or(raw.Mode, string(AuthOff))), Server: strings.ToLower(raw.Server.Text)}
	switch a.Mode {
	case AuthOff, AuthWarn, AuthStrict:
	default:
		l.wrong(raw.Mode.At, remedyNear(raw.Mode.Text, []string{"off", "warn", "strict"}, "写 off、warn 或 strict。"), "不认识的核验方式“%s”。", raw.Mode.Text)
		return a
	}
	switch {
	case raw.Server.Set && !plainDomain(a.Server):
		l.wrong(raw.Server.At, "写来信原文里 Authentication-Results 后面的第一个词,例如 mx.lanchuan.example。", "“%s”不是邮件服务器的名称。", raw.Server.Text)
	case a.Mode != AuthOff && a.Server == "":
		l.lacks(raw.At, "mailbox.auth.authserv_id", "写来信原文里 Authentication-Results 后面的第一个词,例如 authserv_id: mx.lanchuan.example。", "要核验发件人,却没有写以哪台邮件服务器的核验结果为准。")
	}
	return a
}

func (l *loader) fuse(raw rawFuse) Fuse {
	f := Fuse{PerAddress: 20, Total: 500}
	if raw.PerAddress.Set {
		f.PerAddress = l.count(raw.PerAddress, 1, 1000, "写一个邮箱24小时内最多收几封,常用 20。")
	}
	if raw.Total.Set {
		f.Total = l.count(raw.Total, 1, 100_000, "写24小时内总共最多发几封,常用 500。")
	}
	if f.PerAddress > f.Total {
		at := raw.PerAddress.At
		if !raw.PerAddress.Set {
			at = raw.Total.At
		}
		l.wrong(at, "例如 per_address: 20,total: 500。", "单个邮箱的上限(%d)高于总的上限(%d)。", f.PerAddress, f.Total)
	}
	return f
}

// bytes reads "512MB" or "2GB"; "0" is none.
func (l *loader) bytes(w word, standard uint64) uint64 {
	if !w.Set {
		return standard
	}
	text, shift := strings.ToUpper(strings.TrimSpace(w.Text)), uint(0)
	for unit, by := range map[string]uint{"MB": 20, "GB": 30} {
		if n, ok := strings.CutSuffix(text, unit); ok {
			text, shift = strings.TrimSpace(n), by
		}
	}
	n, err := strconv.ParseUint(text, 10, 20)
	if err != nil || shift == 0 && n != 0 {
		l.wrong(w.At, "写成 512MB 或 2GB;不检查写 0。", "“%s”不是空间大小。", w.Text)
		return standard
	}
	return n << shift
}
