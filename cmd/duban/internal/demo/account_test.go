package demo

import (
	"strings"
	"testing"
	"time"

	"duban/state"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", text, Zone)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// A week's block tells everything that was unusual about it, and nothing of what was not.
func TestAWeekIsTold(t *testing.T) {
	rate := 61.2
	full := WeekAccount{
		Plan:   state.PlanWeek{Week: state.Week{Year: 2026, No: 39}, Due: at(t, "2026-09-28 18:00"), Moved: "中秋节放假,顺延至9月28日18:00"},
		OnTime: []string{"甲局", "乙局", "丙局", "丁局", "戊局"}, Late: []string{"己局"}, Missing: []string{"庚镇"}, Nil: []string{"甲局"}, Exempt: []string{"辛镇"},
		Returned: []string{"乙局", "丙局"}, Mended: []string{"乙局"},
		Kinds: []KindAccount{{Word: "催报", Count: 3}, {Word: "领导周报", Count: 19}}, Letters: 22,
		Figures: state.Figures{YTD: 28 * state.Yi, RatePct: &rate}, TimePct: 73.4, Red: 4, Yellow: 13,
		Words: []Word{
			{Matter: "是否报告副区长", Say: "同意", At: at(t, "2026-09-29 18:06")},
			{Matter: "是否印发通报"},
		},
		Outcomes: []string{"都已补报,没有发出", ""},
		Freed:    []string{"二水厂"},
		Steps: []Step{
			{"协调", "I03", at(t, "2026-09-25 10:02"), "转请丁局办理"}, {"协调", "I04", at(t, "2026-09-25 10:02"), "转请甲局办理"}, {"协调", "I03", at(t, "2026-09-28 09:30"), "丁局答复"},
		},
		Shut:    []Shut{{From: at(t, "2026-09-28 01:00"), To: at(t, "2026-09-28 06:00")}},
		Halts:   []Halt{{From: at(t, "2026-09-28 08:00"), To: at(t, "2026-09-28 12:00")}},
		Outages: [][2]time.Time{{at(t, "2026-09-27 01:00"), at(t, "2026-09-27 02:30")}},
	}
	const want = `2026年第39周  截止9月28日周一18:00(中秋节放假,顺延至9月28日18:00)
  报送  7个单位应报,按时5,迟报1(己局),未报1(庚镇),其中无变化1(甲局),另免报1(辛镇),免报项目1(二水厂)
  补正  退回2(乙局、丙局),改好1,冻结前没改好1
  数字  年度累计28.00亿元,完成年度计划61.2%(序时73.4%),红灯4 黄灯13
  发信  22封:催报3 领导周报19
  请定  是否报告副区长:同意(9月29日18:06)。都已补报,没有发出
  请定  是否印发通报:没有答复
  协调  I03 转请丁局办理(9月25日10:02);丁局答复(9月28日09:30)
  协调  I04 转请甲局办理(9月25日10:02)
  停机  9月27日01:00至9月27日02:30(90分钟),恢复后先收信、再判断、该补的一次补上
  信箱  9月28日01:00至9月28日06:00(5小时)连不上,读不到来信期间不催报,也不认定谁未报
  外发  9月28日08:00至9月28日12:00(4小时)发不出去,信都排着队;恢复后还该发的按先后补发,已经没有意义的不再发

`
	if got := full.Text(); got != want {
		t.Errorf("told\n%s\nwant\n%s", got, want)
	}
	plain := WeekAccount{Plan: state.PlanWeek{Week: state.Week{Year: 2026, No: 42}, Due: at(t, "2026-10-16 18:00")}, OnTime: []string{"甲局"}}
	for _, word := range []string{"迟报", "未报", "免报", "无变化", "补正", "请定", "协调", "通报", "停机", "信箱", "外发", "("} {
		if strings.Contains(plain.Text(), word) {
			t.Errorf("a week like any other tells %q:\n%s", word, plain.Text())
		}
	}
	idle := WeekAccount{Plan: state.PlanWeek{Week: state.Week{Year: 2026, No: 8}, Skipped: true, Moved: "本周没有工作日"}}
	if got := idle.Text(); got != "2026年第8周  不报送:本周没有工作日\n\n" {
		t.Errorf("a week without working days: %q", got)
	}
}

// The departments' year adds up over the weeks; an exempt week is not due.
func TestTheYearAddsUp(t *testing.T) {
	a := Account{Depts: []DeptAccount{{Name: "甲局"}, {Name: "庚镇"}}}
	a.Add(WeekAccount{OnTime: []string{"甲局"}, Missing: []string{"庚镇"}, Returned: []string{"甲局"}})
	a.Add(WeekAccount{Plan: state.PlanWeek{Skipped: true}})
	a.Add(WeekAccount{Late: []string{"甲局"}, Exempt: []string{"庚镇"}})
	if d := a.Depts[0]; d.Due != 2 || d.OnTime != 1 || d.Late != 1 || d.Returned != 1 || d.OnTimePct() != 50 {
		t.Errorf("甲局: %+v", d)
	}
	if d := a.Depts[1]; d.Due != 1 || d.Missing != 1 || d.Exempt != 1 || d.OnTimePct() != 0 {
		t.Errorf("庚镇: %+v", d)
	}
	if d := a.Total(); d.Due != 3 || d.OnTime != 1 || d.Exempt != 1 {
		t.Errorf("in all: %+v", d)
	}
	if !strings.Contains(a.Headline(), "2个报送周:应报3次") {
		t.Errorf("the headline: %s", a.Headline())
	}
}

// A department's name cannot become markup on the page, nor a sample's name a script.
func TestThePageEscapes(t *testing.T) {
	a := Account{Depts: []DeptAccount{{Name: "<b>局"}}, Kinds: []KindAccount{{Word: "催报", Count: 1, Sample: "javascript:alert(1)"}}}
	a.Add(WeekAccount{Plan: state.PlanWeek{Moved: "<script>"}, Late: []string{"<b>局"}})
	var page strings.Builder
	if err := a.Page(&page); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<b>局", "<script>", `href="javascript`} {
		if strings.Contains(page.String(), bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
}
