package demo

import (
	"bytes"
	"fmt"
	"testing"
)

// The clerk answers what a letter asks, with the letter's own code, and the same in every
// performance of a seed; a letter that asks nothing is not answered.
func TestTheClerkAnswersWhatIsAsked(t *testing.T) {
	now := at(t, "2026-09-29 18:02")
	y := &Year{Seed: 3}
	said := map[string]int{}
	for i := range 60 {
		for _, l := range []Letter{
			{Key: fmt.Sprintf("preview/%d/office", i), Kind: "preview", Subject: "【预览】第39周重大项目进展:累计28亿元 [W39]", Text: []byte("要暂缓,请回复本邮件,正文第一行写:暂缓 12345678(后面可写原因);确认照发,写:发送 12345678")},
			{Key: fmt.Sprintf("notice/%d/hold", i), Kind: "notice", Subject: "【已暂缓】第39周领导周报暂不发出 [W39]", Text: []byte("要发出,请回复本邮件,正文第一行写:发送 12345678")},
			{Key: fmt.Sprintf("proposal/%d", i), Kind: "proposal", Subject: "【请定】是否印发 [W39]", Text: []byte("请在9月30日前回复本邮件,正文第一行写:同意 12345678;不同意的写:不同意 12345678")},
		} {
			w, again := y.Answer("office@lanchuan.example", l, now), y.Answer("office@lanchuan.example", l, now)
			if w == nil {
				said[l.Kind+" let go"]++
				continue
			}
			said[l.Kind+" "+w.Say+" "+w.Matter]++
			if w.Say != again.Say || !w.At.Equal(again.At) || !bytes.Equal(w.Raw, again.Raw) {
				t.Errorf("%s: %s at one time, %s at another", l.Key, w.Say, again.Say)
			}
			if w.Say != "" && (!bytes.Contains(w.Raw, []byte("\r\n\r\n"+w.Say+" 12345678 ")) || !w.At.After(now)) {
				t.Errorf("%s: answered at %s with\n%s", l.Key, w.At, w.Raw)
			}
		}
	}
	for _, want := range []string{
		"preview let go", "preview 暂缓 第39周领导周报", "notice 发送 第39周领导周报", "notice  第39周领导周报",
		"proposal 同意 是否印发", "proposal 不同意 是否印发", "proposal  是否印发",
	} {
		if said[want] == 0 {
			t.Errorf("in sixty weeks never %q: %v", want, said)
		}
	}
	if w := y.Answer("office@lanchuan.example", Letter{Key: "notice/1", Kind: "notice", Text: []byte("收到一封来信")}, now); w != nil {
		t.Errorf("a letter that asks nothing was answered: %s", w.Raw)
	}
}
