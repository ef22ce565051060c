package configs

import (
	"os"
	"strings"
)

// Secret is a password. It prints as stars wherever it is logged or formatted; only
// Reveal gives it away, to the login that needs it.
type Secret struct{ text string }

// NewSecret wraps a password that does not come from a file, as the demo's.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal is the password itself.
func (s Secret) Reveal() string { return s.text }

// String, GoString and MarshalText keep the password out of logs and documents.
func (s Secret) String() string { return "***" }

// GoString is what %#v prints.
func (s Secret) GoString() string { return "***" }

// MarshalText is what JSON and slog print.
func (s Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

// maxSecret bounds a password file: what is longer is no password.
const maxSecret = 4 << 10

// secret reads the password a server needs from the file or the environment variable
// named; a password in the configuration itself is refused. local says that the server is
// on this machine, where a readable password file is worth a warning only.
func (l *loader) secret(raw rawLogin, where string, at place, local bool) Secret {
	if raw.Password.Set {
		l.wrong(raw.Password.At, "把口令写进单独的文件(chmod 600),这里写 password_file: 文件名;写过口令的配置视为已泄露,请更换口令。", "口令不能写在配置里。")
		return Secret{}
	}
	switch {
	case raw.PasswordFile.Set && raw.PasswordEnv.Set:
		l.wrong(raw.PasswordEnv.At, "只留一个。", "password_file 和 password_env 写了两个。")
	case raw.PasswordFile.Set:
		return l.secretFile(raw.PasswordFile, local)
	case raw.PasswordEnv.Set:
		text := ""
		if l.Env != nil {
			text = l.Env(raw.PasswordEnv.Text)
		}
		if text == "" {
			l.wrong(raw.PasswordEnv.At, "启动前设好这个变量,或改用 password_file。", "环境变量 %s 没有值。", raw.PasswordEnv.Text)
		}
		return Secret{text}
	case raw.User.Set:
		l.lacks(at, where+".password_file", "写 password_file: 文件名(文件里只放口令或授权码,chmod 600)。", "没有写口令放在哪里。")
	}
	return Secret{}
}

func (l *loader) secretFile(w word, local bool) Secret {
	data, ok := l.slurp(w)
	if !ok {
		return Secret{}
	}
	if info, err := os.Stat(l.path(w.Text)); err == nil && info.Mode().Perm()&0o077 != 0 {
		say, remedy := l.wrong, "执行 chmod 600 "+w.Text+"。"
		if local {
			say = l.warn
		}
		say(w.At, remedy, "口令文件“%s”别的用户也能读。", w.Text)
	}
	text := strings.TrimRight(string(data), "\r\n")
	switch {
	case text == "" || len(data) > maxSecret || strings.ContainsAny(text, "\r\n"):
		l.wrong(w.At, "文件里只放一行口令(或邮箱的授权码)。", "口令文件“%s”是空的,或不止一行。", w.Text)
		return Secret{}
	case text == placeholder:
		l.warn(w.At, "上线前换成邮箱的真实口令或授权码。", "口令文件“%s”还是样例里的占位文字。", w.Text)
	}
	return Secret{text}
}
