package configs

import (
	"crypto/x509"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"duban/state"
)

// TLS says how a connection is protected.
type TLS string

// The ways of protection; TLSNone is for this machine only.
const (
	TLSImplicit TLS = "implicit"
	TLSStart    TLS = "starttls"
	TLSNone     TLS = "none"
)

// Server is where and how to log in.
type Server struct {
	Host     string
	Port     int
	TLS      TLS
	User     string
	Password Secret
	Roots    *x509.CertPool // a private CA's certificates; nil for the system's
}

// Addr is "host:port".
func (s Server) Addr() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// Local reports whether the server is on this machine.
func (s Server) Local() bool {
	ip := net.ParseIP(s.Host)
	return s.Host == "localhost" || ip != nil && ip.IsLoopback()
}

// Mailbox is where departments write to.
type Mailbox struct {
	Server
	Folders []string
	// Sent is the folder in which the server files copies of what we send; "" for the one it
	// marks so, SentOff for none.
	Sent  string
	Poll  func(after time.Time) time.Time // when to look next
	Every time.Duration                   // the interval behind Poll; 0 when it is a cron expression
	Auth  Auth
}

// SentOff is the word with which the office has no folder of sent mail looked into.
const SentOff = "off"

// Outgoing is how letters leave.
type Outgoing struct {
	Server
	Pace  time.Duration // from one letter to the next
	Allow []string      // domains and addresses letters may go to, lower case
	Fuse  Fuse
}

// server reads the login written under where; ports are the usual ones.
func (l *loader) server(raw rawLogin, where string, at place, ports map[TLS]int) Server {
	s := Server{Host: strings.ToLower(raw.Host.Text), TLS: TLS(or(raw.TLS, string(TLSImplicit))), User: raw.User.Text}
	if s.Host == "" {
		l.lacks(at, where+".host", "写服务器地址,例如 host: imap.lanchuan.example。", "没有写服务器地址。")
	} else if strings.ContainsAny(s.Host, " /:") && net.ParseIP(s.Host) == nil {
		l.wrong(raw.Host.At, "只写主机名或IP,端口写在 port。", "“%s”不是服务器地址。", raw.Host.Text)
	}
	if _, ok := ports[s.TLS]; !ok {
		l.wrong(raw.TLS.At, remedyNear(raw.TLS.Text, []string{"implicit", "starttls", "none"}, "写 implicit、starttls 或 none。"), "不认识的加密方式“%s”。", raw.TLS.Text)
	}
	if s.TLS == TLSNone && !s.Local() && s.Host != "" {
		l.wrong(raw.TLS.At, "改为 implicit 或 starttls。", "不加密只允许连本机,%s 不是本机,口令会在网上明文传送。", s.Host)
	}
	s.Port = ports[s.TLS]
	if raw.Port.Set {
		s.Port = l.count(raw.Port, 1, 65535, "写 1 到 65535 之间的数,例如 993。")
	}
	s.Password = l.secret(raw, where, at, s.Local())
	if raw.CAFile.Set {
		if pem, ok := l.slurp(raw.CAFile); ok {
			s.Roots = x509.NewCertPool()
			if !s.Roots.AppendCertsFromPEM(pem) {
				l.wrong(raw.CAFile.At, "要 PEM 格式的证书(以 -----BEGIN CERTIFICATE----- 开头)。", "“%s”里没有证书。", raw.CAFile.Text)
			}
		}
	}
	return s
}

func (l *loader) mailbox(raw rawMailbox) Mailbox {
	m := Mailbox{Server: l.server(raw.Login, "mailbox", raw.At, map[TLS]int{TLSImplicit: 993, TLSStart: 143, TLSNone: 143}), Folders: texts(raw.Folders)}
	if m.User == "" {
		l.lacks(raw.At, "mailbox.user", "写登录名,例如 user: zdxmb。", "没有写收信的登录名。")
	}
	if len(m.Folders) == 0 {
		m.Folders = []string{"INBOX"}
	}
	for i, f := range raw.Folders {
		if slices.Contains(m.Folders[:min(i, len(m.Folders))], f.Text) {
			l.wrong(f.At, "只留一处。", "文件夹“%s”写了两次。", f.Text)
		}
	}
	if m.Sent = raw.Sent.Text; slices.Contains(m.Folders, m.Sent) {
		l.wrong(raw.Sent.At, "写存放已发送邮件的文件夹,例如 sent: 已发送;没有的写 off。", "“%s”是收信的文件夹,不能又当作“已发送”。", m.Sent)
	}
	m.Poll, m.Every = l.poll(raw.Poll, m.Local())
	m.Auth = l.auth(raw.Auth)
	return m
}

// shortest is the least interval between two polls of somebody else's server.
const shortest = time.Minute

func (l *loader) poll(w word, local bool) (next func(time.Time) time.Time, every time.Duration) {
	if strings.ContainsAny(w.Text, " @") {
		return l.cron(w), 0
	}
	every = 2 * time.Minute
	if w.Set {
		every = l.duration(w, "写间隔,例如 2m,或定时表达式,例如 \"*/5 7-20 * * *\"。")
	}
	if every <= 0 || every < shortest && !local {
		l.wrong(w.At, "写 1m 以上,常用 2m。", "收信间隔“%s”太短,邮件服务商会拒绝登录。", w.Text)
	}
	return func(after time.Time) time.Time { return after.Add(every) }, every
}

// smtpPorts are the usual ones of a server that takes letters.
var smtpPorts = map[TLS]int{TLSImplicit: 465, TLSStart: 587, TLSNone: 25}

func (l *loader) outgoing(raw rawOutgoing) Outgoing {
	o := Outgoing{Server: l.server(raw.Login, "outgoing", raw.At, smtpPorts), Pace: 10 * time.Second}
	if o.User == "" && !o.Local() {
		l.lacks(raw.At, "outgoing.user", "写登录名,例如 user: zdxmb。", "没有写发信的登录名。")
	}
	if raw.Pace.Set {
		o.Pace = l.duration(raw.Pace, "写两封信之间的间隔,例如 10s。")
	}
	if o.Pace < 0 || o.Pace > time.Hour {
		l.wrong(raw.Pace.At, "写 1s 到 1h 之间,常用 10s。", "发信间隔“%s”不合适。", raw.Pace.Text)
	}
	if o.Pace == 0 && !o.Local() {
		l.wrong(raw.Pace.At, "写 10s。", "间隔为0只允许发给本机;连续快发会被邮件服务商当作垃圾邮件。")
	}
	o.Fuse = l.fuse(raw.Fuse)
	return o
}

// allowed reads outgoing.allow and holds every address of the office against it. A domain
// stands for itself and its subdomains; those the registry uses are added by name, so that
// whoever enforces the list compares whole domains only.
func (l *loader) allowed(raw rawOutgoing) []string {
	if len(raw.Allow) == 0 {
		l.lacks(raw.At, "outgoing.allow", "写允许发往的域名,例如 allow: [\"lanchuan.example\"]。", "没有写允许发往哪里,一封信也发不出去。")
		return nil
	}
	var out []string
	for _, w := range raw.Allow {
		entry := strings.ToLower(strings.TrimPrefix(w.Text, "@"))
		if !plainDomain(entry) && !plainAddress(entry) {
			l.wrong(w.At, "写域名(lanchuan.example)或邮箱(qwb@lanchuan.example)。", "“%s”既不是域名也不是邮箱。", w.Text)
			continue
		}
		out = append(out, entry)
	}
	listed := slices.Clone(out)
	for _, a := range l.addresses {
		addr := strings.ToLower(a.Text)
		_, domain, _ := strings.Cut(addr, "@")
		switch {
		case slices.Contains(out, addr) || slices.Contains(out, domain):
		case slices.ContainsFunc(listed, func(e string) bool { return strings.HasSuffix(domain, "."+e) }):
			out = append(out, domain)
		default:
			l.wrong(a.At, "在 outgoing.allow 加上“"+domain+"”,或改正这个邮箱。", "邮箱“%s”不在允许发往的范围内,给它的信发不出去。", a.Text)
		}
	}
	return out
}

// Alert is where trouble is told that mail may not be able to tell.
type Alert struct {
	File    string // there while something is wrong; "" for none
	Mail    Server // another account that sends; no Host for none
	From    string // its address
	To      []string
	Webhook Secret // an address that takes {"msgtype":"text",…}, as the robots of WeCom and DingTalk; empty for none
}

func (l *loader) alert(raw rawAlert) Alert {
	var a Alert
	if raw.File.Text != "" {
		a.File = l.path(raw.File.Text)
	}
	if raw.Webhook.Set {
		a.Webhook = l.secretFile(raw.Webhook, true)
		if u, err := url.Parse(a.Webhook.Reveal()); a.Webhook.Reveal() != "" && (err != nil || u.Host == "" || u.Scheme != "https" && !(Server{Host: u.Hostname()}).Local()) {
			l.wrong(raw.Webhook.At, "文件里放一行以 https:// 开头的地址。", "文件“%s”里不是可以用的地址。", raw.Webhook.Text)
		}
	}
	if raw.Mail.At.Line == 0 {
		return a
	}
	a.Mail = l.server(raw.Mail.Login, "alert.mail", raw.Mail.At, smtpPorts)
	a.From, a.To = raw.Mail.From.Text, texts(raw.Mail.To)
	for _, w := range append([]word{raw.Mail.From}, raw.Mail.To...) {
		if !plainAddress(w.Text) {
			at := w.At
			if !w.Set {
				at = raw.Mail.At
			}
			l.wrong(at, "写 from: 发信的邮箱,to: [收信的邮箱];最好不用办公室自己的邮件服务商。", "“%s”不是邮箱。", w.Text)
		}
	}
	if len(a.To) == 0 {
		l.lacks(raw.Mail.At, "alert.mail.to", "写 to: [收信的邮箱]。", "没有写告警发给谁。")
	}
	return a
}

func (l *loader) listen(raw rawConsole) string {
	addr := or(raw.Listen, "127.0.0.1:8025")
	if addr == "off" {
		return ""
	}
	host, port, err := net.SplitHostPort(addr)
	if n, numeric := strconv.Atoi(port); err != nil || numeric != nil || n < 0 || n > 65535 {
		l.wrong(raw.Listen.At, "写 127.0.0.1:8025;不要状态页写 off。", "“%s”不是“地址:端口”。", addr)
	} else if !(Server{Host: host}).Local() {
		l.warn(raw.Listen.At, "只给本机看时写 127.0.0.1:"+port+"。", "状态页对外开放,同一网络的人都能看到各部门报送情况。")
	}
	return addr
}

func (l *loader) lights(raw rawLights) state.LightRule {
	r := state.LightRule{
		Red:         l.number(raw.Red, 0.6, 1),
		Yellow:      l.number(raw.Yellow, 0.8, 1),
		MinSchedule: l.number(raw.MinSchedule, 10, 100),
		RedStart:    days(l.number(raw.RedStart, 90, 3650)),
		RedOverdue:  days(l.number(raw.RedOverdue, 30, 3650)),
		Approved:    raw.Approved.Text,
	}
	if r.Red > r.Yellow {
		at := raw.Red.At
		if !raw.Red.Set {
			at = raw.Yellow.At
		}
		l.wrong(at, "例如 red: 0.6,yellow: 0.8。", "红灯的界限(%v)高于黄灯(%v),黄灯永远不会亮。", r.Red, r.Yellow)
	}
	return r
}

func days(n float64) time.Duration { return time.Duration(n * 24 * float64(time.Hour)) }
