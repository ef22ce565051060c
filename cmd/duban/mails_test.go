package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// mails are the letters duban sends, as the office's list numbers them: how each reads, text
// and page (notify/testdata/letters), and the stories in which it leaves.
var mails = []struct {
	no             int
	name           string
	topic          string // as the key of the letter begins
	letters, shown string
}{
	{1, "填报通知+预填表", "form", "form-open-issue form-many form-moved", "ladder holidays"},
	{2, "临近提醒", "due", "due-missing due-part due-correcting", "ladder halves"},
	{3, "收到并全部采用", "receipt", "receipt-clean receipt-corrected receipt-nil", "clean resubmission nil-return"},
	{4, "补正通知(第1次)", "correction", "correction-arithmetic correction-blank correction-totals-only", "faulty"},
	{5, "再次补正", "correction", "correction-second-round correction-overruled", "second-faulty"},
	{6, "补正到期", "resubmit", "resubmit-before resubmit-over", "resubmit-due"},
	{7, "打不开/没有附件/网盘附件/PDF", "correction", "resend-password resend-no-attachment resend-link resend-pdf", "bad-truncated bad-password bad-none bad-link bad-pdf"},
	{8, "过期版本/不是本周", "correction", "resend-period answer-closed-week notice-closed", "wrong-week wrong-week-reply renamed"},
	{9, "逾期催报", "late", "late-first late-second-part late-totals-only", "ladder late"},
	{10, "升级:单位负责人", "late", "late-head late-head-correcting", "ladder"},
	{11, "升级:牵头领导", "escalation", "escalation-before-summary escalation-after-summary proposal-escalation", "escalation"},
	{12, "迟报已收", "lateok", "receipt-late lateok-all lateok-head lateok-leader", "late-closes-chain"},
	{13, "周报预览", "preview", "preview-w38 preview-code preview-held", "summary hold-by-mail"},
	{14, "领导周报", "summary", "summary-w38 summary-calm", "summary"},
	{15, "牵头领导分管版", "summary", "own-L10 own-L06", "lead-leader"},
	{16, "四大班子报告", "summary", "formal-weekly formal-biweekly", "bodies bodies-instead"},
	{17, "部门通报", "standing", "standing-D02 standing-D05 standing-D25", "standing"},
	{18, "例会材料", "meeting", "meeting-w39 meeting-none", "meeting"},
	{19, "更正版", "summary", "corrected-w38 corrected-own corrected-dept corrected-body", "corrected corrected-readers"},
	{20, "紧急问题快报", "urgent", "urgent-most urgent-external", "urgent urgent-night"},
	{21, "问题交办", "request", "request-several request-again requestnote-external requestnote-unnamed", "request several-units"},
	{22, "答复到期前 / 逾期", "requestdue", "requestdue-warning requestdue-overdue requestdue-head requestup-two", "request-overdue request-leader"},
	{23, "答复转告/销号", "answered", "answered-by-mail answered-by-office closed-by-reply closed-by-office", "request merged request-office"},
	{24, "督导提醒", "visit", "visit-twentieth visit-first-month", "visit"},
	{25, "督导汇总", "visit", "visits-september", "visit"},
	{26, "手续时限预警", "permit", "permit-limit permit-usual-days-over", "permit"},
	{27, "通报批评稿", "proposal", "proposal-circular", "circular circular-changed"},
	{28, "通报批评", "circular", "circular-approved", "circular"},
	{29, "整改催办", "rectify", "rectify-soon rectify-due", "circular"},
	{30, "得分单", "score", "score-full score-deductions score-exempt scores-september proposal-score", "score-approved score-month"},
	{31, "未知发件人/代发/认证未过", "notice", "notice-unknown notice-forged notice-held notice-leader decided-claim", "stranger claim-by-mail forged leader-replies"},
	{32, "退信/联系人失效", "notice", "notice-bounce notice-instead notice-failed", "bounced refused"},
	{33, "登记变更待确认", "proposal", "proposal-change decided-change decided-change-refused proposal-addition decided-addition", "registry-change project-added"},
	{34, "规则/配置已变更", "terms", "terms-changed terms-many", "config-changed"},
	{35, "健康告警/恢复", "health", "health-poll health-poll-over health-skew health-skew-over health-smtp health-disk health-clock health-count health-quota health-store health-login health-calendar", "mailbox-down skew year-end"},
	{36, "运行日报", "daily", "daily-quiet daily-trouble", "daily"},
	{37, "我方故障说明", "fault", "fault-unverified", "unverified"},
}

// Every letter of the list is to be read as text and as a page, and leaves in a story.
func TestEveryMailIsWrittenAndShown(t *testing.T) {
	for i, m := range mails {
		if m.no != i+1 {
			t.Errorf("%s stands at %d and bears the number %d", m.name, i+1, m.no)
		}
		for _, letter := range strings.Fields(m.letters) {
			for _, kind := range []string{".txt", ".html"} {
				if _, err := os.Stat(filepath.Join("..", "..", "notify", "testdata", "letters", letter+kind)); err != nil {
					t.Errorf("%d %s: %v", m.no, m.name, err)
				}
			}
		}
		sent := regexp.MustCompile(`(?m)^  ` + m.topic + `/\S+ -> \S+@`)
		for _, name := range strings.Fields(m.shown) {
			text, err := os.ReadFile(filepath.Join("testdata", "stories", name+".txtar"))
			if err != nil {
				t.Errorf("%d %s: %v", m.no, m.name, err)
			} else if !sent.Match(text) {
				t.Errorf("%d %s: no letter %s/… leaves in %s.txtar", m.no, m.name, m.topic, name)
			}
		}
		if m.letters == "" || m.shown == "" {
			t.Errorf("%d %s is not written or not shown", m.no, m.name)
		}
	}
}
