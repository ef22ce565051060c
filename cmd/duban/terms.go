package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"duban/configs"
	"duban/ingest/rules"
	"duban/state"
)

// termsOf puts the configuration into words, a subject a line: who gets what and when, whom
// duban knows, which rules hold. It names no password and no telephone. The words stand here and not in
// templates because they are compared with what the office was told last: a rewording would be
// told as a change of every line.
func termsOf(cfg *configs.Config, set *rules.Set) []state.Term {
	var t terms
	mode := "正式"
	if cfg.Shadow {
		mode = "试运行:所有的信只发办公室"
	}
	t.say("运行方式", "%s", mode)
	t.say("办公室", "%s,邮箱 %s,可以代表办公室决定的其他邮箱:%s", cfg.Office.Name, cfg.Office.Mail, listed(cfg.Office.Staff))
	t.say("收信", "%s 的 %s", cfg.Mailbox.Host, strings.Join(cfg.Mailbox.Folders, "、"))
	if sent := cfg.Mailbox.Sent; sent == configs.SentOff {
		t.say("已发送", "不对照")
	} else if sent != "" {
		t.say("已发送", "对照文件夹 %s", sent)
	}
	t.say("发信", "%s,允许发往 %s", cfg.Outgoing.Host, strings.Join(cfg.Outgoing.Allow, "、"))
	t.schedule(cfg.Schedule)
	t.say("亮灯", "完成率与序时进度之比低于%g为红、低于%g为黄;批准:%s", cfg.Lamp.Red, cfg.Lamp.Yellow, listed([]string{cfg.Lamp.Approved}))
	if rule := cfg.Circulars; !rule.Off() {
		t.say("通报拟稿", "连续%d期迟报或未报、一个项目连续%d期没有数据;协调事项逾期未答%s;%d个工作日整改;印发 %s,整改催办抄送 %s",
			rule.Late, rule.Stale, map[bool]string{true: "计入", false: "不计"}[rule.Answers], rule.Rectify, listed(rule.To), listed([]string{rule.Supervision}))
	}
	if cfg.ConfirmRequests {
		t.say("转办", "先请示办公室,同意才转")
	}
	t.registry(cfg.Roster)
	for _, c := range cfg.Form.Columns {
		t.say("表格栏目 "+c.ID, "%s%s", c.Title, bracketed(c.Unit))
	}
	for _, name := range set.Names() {
		t.say("规则 "+name, "%s", ruleWords(set.Rule(name)))
	}
	t.say("规则文件", "版本 %s", digest(cfg.Rules.Data))
	t.pages(cfg.Templates)
	return t
}

// terms is the list being written.
type terms []state.Term

func (t *terms) say(subject, format string, args ...any) {
	*t = append(*t, state.Term{Subject: subject, Says: fmt.Sprintf(format, args...)})
}

func (t *terms) schedule(s *state.Schedule) {
	holiday := "顺延到下一个工作日"
	if s.Previous {
		holiday = "提前到上一个工作日"
	}
	t.say("截止", "每周%s%s,宽限%d分钟;放假%s", state.WeekdayWord(s.Weekday), s.At, int(s.Grace.Minutes()), holiday)
	for _, w := range slices.SortedFunc(maps.Keys(s.Overrides), func(a, b state.Week) int { return strings.Compare(a.String(), b.String()) }) {
		o := s.Overrides[w]
		when := "不单独报送,并入下一周"
		if !o.Deadline.IsZero() {
			when = o.Deadline.In(s.Zone).Format("1月2日15:04")
		}
		t.say("另定截止 "+w.String(), "%s(%s)", when, o.Reason)
	}
	t.say("预填表", "%s", stepWords(s.Form))
	for i, step := range s.Reminders {
		t.say(fmt.Sprintf("催报第%d步", i+1), "%s", stepWords(step))
	}
	t.say("补正期限", "补正通知发出后%s", momentWords(s.Resubmit))
	t.say("预览", "截止后%s", momentWords(s.Preview))
	t.say("领导周报", "截止后%s", momentWords(s.Summary))
	t.say("更正版", "截止后%s", momentWords(s.Corrected))
	t.say("安静时段", "%s至%s", s.QuietFrom, s.QuietTo)
	t.say("运行日报", "工作日%s", s.Daily)
}

func (t *terms) registry(r *state.Roster) {
	for _, d := range r.Depts {
		reports := "每周报送"
		if !d.Reports {
			reports = "不报送"
		}
		t.say("单位 "+d.ID+" "+d.Short, "%s,联系人 %s,邮箱 %s", reports, d.Contact, listed([]string{d.Mail, d.MailBackup, d.HeadMail}))
	}
	for i, l := range r.Leaders {
		t.say("领导 "+l.ID+" "+l.Name, "第%d位,%s,邮箱 %s", i+1, l.Title, listed([]string{l.Mail}))
	}
	for _, to := range r.Recipients {
		way := "主送"
		if to.Copy {
			way = "抄送"
		}
		t.say("周报"+way+" "+to.Body, "%s", to.Mail)
	}
	for _, p := range r.Projects {
		pause := ""
		if x := p.Pause; !x.Until.IsZero() {
			pause = fmt.Sprintf(",%s至%s暂停:%s", x.From.Format(time.DateOnly), x.Until.Format(time.DateOnly), x.Reason)
		}
		t.say("项目 "+p.ID+" "+p.Name, "%s,责任单位 %s,牵头领导 %s,总投资 %s 万元,年度计划 %s 万元,%s至%s%s",
			p.Class, p.Dept, p.LeadLeader, p.Total.Wan(), p.YearPlan.Wan(), p.PlanStart, p.PlanEnd, pause)
	}
}

// pages names the office's own wording by file and version.
func (t *terms) pages(dir string) {
	if dir == "" {
		return
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.tmpl")) // its only error is a pattern that is wrong
	for _, f := range files {
		if data, err := os.ReadFile(f); err == nil { // one that cannot be read was refused when it was loaded
			t.say("信的文字 "+filepath.Base(f), "办公室改写,版本 %s", digest(data))
		}
	}
}

func ruleWords(r *rules.Rule) string {
	words := map[state.Level]string{state.LevelError: "必须改", state.LevelWarning: "改或说明", state.LevelNote: "只告知办公室"}[r.Level]
	if r.Trial {
		words += ",试行"
	}
	if !r.From.IsZero() {
		words += ",自" + r.From.Format("2006年1月2日") + "起"
	}
	for _, name := range slices.Sorted(maps.Keys(r.Params)) {
		words += fmt.Sprintf(",%s=%v", name, r.Params[name])
	}
	return words
}

func stepWords(s state.Step) string {
	way := "截止后"
	if s.Before {
		way = "截止前"
	}
	words := way + momentWords(state.Moment{Workdays: s.Workdays, At: s.At})
	switch {
	case s == (state.Step{}):
		return "不发"
	case s.Workdays == 0:
		words = way + length(s.Delay)
	}
	if s.Head {
		words += ",抄送负责人"
	}
	return words
}

func momentWords(m state.Moment) string {
	if m.Next != nil {
		return "按定时表达式"
	}
	return fmt.Sprintf("第%d个工作日%s", m.Workdays, m.At)
}

// length writes a duration: "10分钟", "2小时".
func length(d time.Duration) string {
	if d >= time.Hour && d%time.Hour == 0 {
		return fmt.Sprintf("%d小时", int(d.Hours()))
	}
	return fmt.Sprintf("%d分钟", int(d.Minutes()))
}

// listed joins what is not empty; 无 when all is.
func listed(words []string) string {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" })
	if len(words) == 0 {
		return "无"
	}
	return strings.Join(words, "、")
}

func bracketed(unit string) string {
	if unit == "" {
		return ""
	}
	return "(" + unit + ")"
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:4])
}
