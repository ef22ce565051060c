package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"duban/state"
)

// Text is the week as the viewer reads it on a terminal.
func (w WeekAccount) Text() string {
	var b strings.Builder
	name := fmt.Sprintf("%d年第%d周", w.Plan.Week.Year, w.Plan.Week.No)
	if w.Plan.Skipped {
		fmt.Fprintf(&b, "%s  不报送:%s\n\n", name, w.Plan.Moved)
		return b.String()
	}
	fmt.Fprintf(&b, "%s  截止%s", name, state.DayAndHour(w.Plan.Due))
	switch {
	case w.Plan.Override:
		fmt.Fprintf(&b, "(办公室另定:%s)", w.Plan.Moved)
	case w.Plan.Moved != "":
		fmt.Fprintf(&b, "(%s)", w.Plan.Moved)
	}
	if w.Plan.Provisional {
		b.WriteString("(推算,待放假通知)")
	}
	b.WriteString("\n")
	fmt.Fprintf(&b, "  报送  %s\n", w.Reports())
	if len(w.Returned) > 0 {
		fmt.Fprintf(&b, "  补正  %s\n", w.Corrections())
	}
	fmt.Fprintf(&b, "  数字  %s\n", w.Numbers())
	fmt.Fprintf(&b, "  发信  %d封", w.Letters)
	for i, k := range w.Kinds {
		fmt.Fprintf(&b, "%s%s%d", map[bool]string{true: ":", false: " "}[i == 0], k.Word, k.Count)
	}
	b.WriteString("\n")
	for _, said := range w.Said() {
		fmt.Fprintf(&b, "  请定  %s\n", said)
	}
	for _, help := range w.Helped() {
		fmt.Fprintf(&b, "  %s  %s\n", help.Of, help.Text)
	}
	for _, o := range w.Outages {
		fmt.Fprintf(&b, "  停机  %s\n", Outage(o))
	}
	for _, s := range w.Shut {
		fmt.Fprintf(&b, "  信箱  %s\n", s)
	}
	for _, h := range w.Halts {
		fmt.Fprintf(&b, "  外发  %s\n", h)
	}
	b.WriteString("\n")
	return b.String()
}

// Reports says who reported how.
func (w WeekAccount) Reports() string {
	parts := []string{fmt.Sprintf("%d个单位应报", len(w.OnTime)+len(w.Late)+len(w.Missing)), fmt.Sprintf("按时%d", len(w.OnTime))}
	for _, g := range []struct {
		word  string
		names []string
	}{{"迟报", w.Late}, {"未报", w.Missing}} {
		if len(g.names) > 0 {
			parts = append(parts, counted(g.word, g.names))
		}
	}
	for _, g := range []struct {
		word  string
		names []string
	}{{"其中无变化", w.Nil}, {"另免报", w.Exempt}, {"免报项目", w.Freed}} {
		if len(g.names) > 0 {
			parts = append(parts, counted(g.word, g.names))
		}
	}
	return strings.Join(parts, ",")
}

// Corrections says who was asked to correct, and who did not do so in time.
func (w WeekAccount) Corrections() string {
	text := counted("退回", w.Returned)
	if n := len(w.Returned) - len(w.Mended); n > 0 {
		return fmt.Sprintf("%s,改好%d,冻结前没改好%d", text, len(w.Mended), n)
	}
	return text + ",都已改好"
}

// Numbers says where the projects stand.
func (w WeekAccount) Numbers() string {
	text := fmt.Sprintf("年度累计%s亿元", w.Figures.YTD.Yi())
	if w.Figures.RatePct != nil {
		text += fmt.Sprintf(",完成年度计划%.1f%%(序时%.1f%%)", *w.Figures.RatePct, w.TimePct)
	}
	return text + fmt.Sprintf(",红灯%d 黄灯%d", w.Red, w.Yellow)
}

// Said says what the office was asked and what it answered.
func (w WeekAccount) Said() []string {
	var out []string
	for i, word := range w.Words {
		line := word.Matter + ":没有答复"
		if word.Say != "" {
			line = fmt.Sprintf("%s:%s(%s)", word.Matter, word.Say, word.At.In(Zone).Format("1月2日15:04"))
		}
		if i < len(w.Outcomes) && w.Outcomes[i] != "" {
			line += "。" + w.Outcomes[i]
		}
		out = append(out, line)
	}
	return out
}

// Helped says what became of requests for help and of circulars, each in one line that begins
// with its number.
func (w WeekAccount) Helped() []Step {
	var out []Step
	for _, s := range w.Steps {
		said := fmt.Sprintf("%s(%s)", s.Text, s.At.In(Zone).Format("1月2日15:04"))
		at := slices.IndexFunc(out, func(line Step) bool { return line.No == s.No })
		if at < 0 {
			s.Text = s.No + " " + said
			out = append(out, s)
			continue
		}
		out[at].Text += ";" + said
	}
	return out
}

// Outage says when duban was down.
func Outage(o [2]time.Time) string {
	return span(o[0], o[1]) + ",恢复后先收信、再判断、该补的一次补上"
}

// String says when the mailbox could not be read.
func (s Shut) String() string {
	return span(s.From, s.To) + "连不上,读不到来信期间不催报,也不认定谁未报"
}

// String says when no letter could leave.
func (h Halt) String() string {
	return span(h.From, h.To) + "发不出去,信都排着队;恢复后还该发的按先后补发,已经没有意义的不再发"
}

// span says from when to when, and how long that is.
func span(from, to time.Time) string {
	d := to.Sub(from)
	long := fmt.Sprintf("%d小时", int(d.Round(time.Hour)/time.Hour))
	if d < 2*time.Hour {
		long = fmt.Sprintf("%d分钟", int(d/time.Minute))
	}
	return fmt.Sprintf("%s至%s(%s)", from.Format("1月2日15:04"), to.Format("1月2日15:04"), long)
}

// counted names a group and its members, the first few by name.
func counted(word string, names []string) string {
	const few = 4
	switch n := len(names); {
	case n == 0:
		return word + "0"
	case n <= few:
		return fmt.Sprintf("%s%d(%s)", word, n, strings.Join(names, "、"))
	default:
		return fmt.Sprintf("%s%d(%s等)", word, n, strings.Join(names[:few-1], "、"))
	}
}

// Text is the year as the viewer reads it on a terminal: letters by kind, and how each
// department met its deadlines.
func (a *Account) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", a.Headline())
	b.WriteString("发出的信\n")
	for _, k := range a.Kinds {
		fmt.Fprintf(&b, "  %s%5d\n", wide(k.Word, 16), k.Count)
	}
	fmt.Fprintf(&b, "\n各单位\n  %s 按时率  应报  按时  迟报  未报  无变化  免报  退回  收信\n", wide("", 16))
	for _, d := range a.Depts {
		fmt.Fprintf(&b, "  %s %5d%%%6d%6d%6d%6d%8d%6d%6d%6d\n", wide(d.Name, 16), d.OnTimePct(), d.Due, d.OnTime, d.Late, d.Missing, d.Nil, d.Exempt, d.Returned, d.Letters)
	}
	return b.String()
}

// Headline is the year in a sentence.
func (a *Account) Headline() string {
	weeks := 0
	for _, w := range a.Weeks {
		if !w.Plan.Skipped {
			weeks++
		}
	}
	t := a.Total()
	text := fmt.Sprintf("%s至%s,%d个报送周:应报%d次,按时%d次(%d%%),迟报%d次,未报%d次,免报%d次;收到%d封来信,发出%d封信。",
		a.From.In(Zone).Format("2006年1月2日"), a.Until.In(Zone).Format("2006年1月2日"), weeks, t.Due, t.OnTime, t.OnTimePct(), t.Late, t.Missing, t.Exempt, a.Mails, a.Letters)
	if a.Cut {
		text = "(看到这里为止)" + text
	}
	return text
}

// wide fills a text with spaces up to a width at which a Chinese character counts two.
func wide(s string, width int) string {
	n := len(s) - utf8.RuneCountInString(s)
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)-n/2))
}
