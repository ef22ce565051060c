package ingest

import (
	"regexp"
	"strings"

	"duban/state"
)

// bounce recognises mail that did not arrive: by the report's structure (RFC 3464), by the
// marks of Exchange, and for Chinese providers, who write prose, by sender and wording
// together. Words alone are not enough: a person may forward a 退信.
func bounce(m *Message, _ OwnIdentity) (Automated, bool) {
	a := Automated{Kind: state.MailBounce}
	switch {
	case m.ReportType == "delivery-status" || (m.ReportType == "" && hasFailedDelivery(m)):
		a.Reason = "delivery status report"
	case m.HasHeader("x-ms-exchange-message-is-ndr") || m.HasHeader("x-failed-recipients"):
		a.Reason = "marked as a delivery report"
	case fromMailSystem(m) && (bounceSubject.MatchString(m.Subject) || bounceBody.MatchString(m.Text)):
		a.Reason = "mail system says it was not delivered"
	case daemonLocal.MatchString(localPart(m)):
		a.Reason = "from the mail daemon"
	case returnedToNobody(m) && bounceSubject.MatchString(m.Subject):
		a.Reason = "not delivered, by its subject"
	default:
		return Automated{}, false
	}
	a.fromDeliveries(m)
	if said := m.Subject + "\n" + cutRunes(m.Text, 5000); len(m.Deliveries) == 0 && stillTrying.MatchString(said) && !gaveUp.MatchString(said) {
		a.Delayed, a.Reason = true, "says that the server keeps trying"
	}
	if a.Failed == "" && !a.Delayed {
		a.Failed = statedAddress(m)
	}
	return a, true
}

// fromDeliveries takes the failed address out of the report. A delay and a success name
// nobody as failed.
func (a *Automated) fromDeliveries(m *Message) {
	for _, d := range m.Deliveries {
		switch {
		case d.Action == "failed" || (d.Action == "" && strings.HasPrefix(d.Status, "5")):
			if a.Failed == "" {
				a.Failed = d.Recipient
			}
			a.Delayed = false
			a.Reason += ": " + cutRunes(strings.TrimSpace(d.Status+" "+d.Diagnostic), 200)
			return
		case d.Action == "delayed" || strings.HasPrefix(d.Status, "4"):
			a.Delayed = true
			a.Reason = "delivery delayed, the server keeps trying"
		case d.Action != "":
			a.Delayed = true // nothing failed
			a.Reason = "delivery report: " + cutRunes(d.Action, 40)
		}
	}
}

func hasFailedDelivery(m *Message) bool {
	for _, d := range m.Deliveries {
		if d.Action == "failed" || d.Action == "delayed" {
			return true
		}
	}
	return false
}

var (
	daemonLocal   = regexp.MustCompile(`^(mailer[-_.]?daemon|mail[-_.]?daemon|maildaemon)$`)
	systemLocal   = regexp.MustCompile(`^(postmaster|mailer[-_.]?daemon|mail[-_.]?daemon|microsoftexchange[0-9a-f]*|system|admin|mail[-_.]?system|bounces?|no[-_.]?reply)$`)
	systemName    = regexp.MustCompile(`(?i)mail delivery|mailer.?daemon|postmaster|系统管理员|邮件系统|邮件管理员|退信`)
	bounceSubject = regexp.MustCompile(`(?i)退信|退回的邮件|未送达|无法送达|未能送达|无法投递|投递失败|发送失败|发信失败|送达失败|未传递|传递失败|邮件被退回|` +
		`undeliver|delivery (status notification|failure|has failed|report)|mail delivery failed|returned (mail|to sender)|failure notice|systems? bounce|delayed mail|delivery delayed`)
	bounceBody = regexp.MustCompile(`(?i)退信原因|邮件被退回|被系统退回|退回给您|未能送达|无法送达|无法投递|投递失败|发送失败|未能送达以下|邮箱空间已满|邮箱已满|空间不足|` +
		`收件人(地址|邮箱)?不存在|地址不存在|用户不存在|找不到.{0,20}(地址|用户|邮箱)|could not be delivered|delivery (failed|to the following)|mailbox (is )?full|over quota|` +
		`user unknown|no such user|mailbox not found|does not exist`)
)

// stillTrying is how a warning in prose differs from a failure.
var stillTrying = regexp.MustCompile(`(?i)(投递|发送)(延迟|延时|被延迟)|暂时(无法|未能|不能)(投递|送达|发送)|继续(尝试|投递|重试)|(您)?(不需要|无需|不用|不必)(再次|重新)?(重发|发送)(此|该|本)?(邮件)?|` +
	`warning message only|do not need to resend|could not send message for past|delivery (has been |is )?delayed|delayed mail|will (be retried|keep trying|continue to try|retry)|still trying`)

// gaveUp is what no server says while it tries.
var gaveUp = regexp.MustCompile(`(?i)退信|退回|permanent|giving up|gave up`)

func localPart(m *Message) string {
	if len(m.From) == 0 {
		return ""
	}
	local, _, _ := strings.Cut(m.From[0].Addr, "@")
	return local
}

// fromMailSystem asks who speaks: a mail system's address, name or marks.
func fromMailSystem(m *Message) bool {
	if len(m.From) > 0 && systemName.MatchString(m.From[0].Name) {
		return true
	}
	return systemLocal.MatchString(localPart(m)) || returnedToNobody(m) || m.Header("x-qq-mid") == "bounce"
}

// returnedToNobody is how mail systems mark what must not be answered.
func returnedToNobody(m *Message) bool { return m.Header("return-path") == "<>" }

var (
	plainAddress = regexp.MustCompile(`[A-Za-z0-9._%+=-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+`)
	// afterWord is an address introduced as the one that failed.
	afterWord = regexp.MustCompile(`(?is)(收件人|收\s*件\s*人|收信人|接收人|邮箱|地址|用户|已满|不存在|以下收件人|recipients?|to|user)[^@\n]{0,60}?[\s:：（(<“"]+` +
		`([A-Za-z0-9._%+=-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)`)
)

// statedAddress finds the address a bounce in prose complains of: one introduced as the
// recipient, else the only foreign address in the text.
func statedAddress(m *Message) string {
	if v := m.Header("x-failed-recipients"); v != "" {
		return canonicalAddr(plainAddress.FindString(v))
	}
	text := cutRunes(m.Text+"\n"+m.Quoted, 20_000)
	if hit := afterWord.FindStringSubmatch(text); hit != nil && !isToUs(m, hit[2]) {
		return canonicalAddr(hit[2])
	}
	found := ""
	for _, addr := range plainAddress.FindAllString(text, 50) {
		addr = canonicalAddr(addr)
		if isToUs(m, addr) || addr == found || systemLocal.MatchString(addr[:strings.IndexByte(addr, '@')]) {
			continue
		}
		if found != "" {
			return "" // two candidates: nobody is marked on a guess
		}
		found = addr
	}
	return found
}

// isToUs reports whether addr is one the bounce itself was sent to.
func isToUs(m *Message, addr string) bool {
	for _, to := range m.To {
		if strings.EqualFold(to.Addr, addr) {
			return true
		}
	}
	return false
}
