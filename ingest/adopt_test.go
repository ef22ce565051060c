package ingest

import "testing"

func TestOnlyPlainAgreementAdoptsWhatSomebodyElseReported(t *testing.T) {
	for line, want := range map[string]bool{
		"同意": true, "同意。": true, "“同意”": true, "同意采用": true, "同意按这份表采用。": true, "同意,是我用私人邮箱发的": true,
		"同意,但有一个数不对": false, "同意你们的意见,我们自己报": false, "同意,另一个项目我们自己报": false, "不同意": false, "原则同意": false, "同意吗?": false, "同意?": false,
	} {
		if got := agreed.MatchString(line) && !withReserve.MatchString(line); got != want {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
}
