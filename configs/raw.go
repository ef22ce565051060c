package configs

// rawConfig is duban.yaml as written. Every leaf is a word with its place; defaults are
// filled in where the words are turned into values.
type rawConfig struct {
	At        place
	Office    rawOffice   `yaml:"office"`
	State     rawState    `yaml:"state"`
	Mailbox   rawMailbox  `yaml:"mailbox"`
	Outgoing  rawOutgoing `yaml:"outgoing"`
	Registry  rawRegistry `yaml:"registry"`
	Form      word        `yaml:"form"`
	Rules     word        `yaml:"rules"`
	Calendar  []word      `yaml:"calendar"`
	Templates word        `yaml:"templates"`
	Schedule  rawSchedule `yaml:"schedule"`
	Lights    rawLights   `yaml:"lights"`
	Permits   rawPermits  `yaml:"permits"`
	Score     rawScore    `yaml:"score"`
	Mode      word        `yaml:"mode"`
	Console   rawConsole  `yaml:"console"`
	Alert     rawAlert    `yaml:"alert"`
	Readers   rawReaders  `yaml:"readers"`
	Meeting   rawMeeting  `yaml:"meeting"`
	Circulars rawCircular `yaml:"circulars"`
	Requests  rawRequests `yaml:"requests"`
}

type rawRequests struct {
	At       place
	HandOver word `yaml:"hand_over"`
}

type rawReaders struct {
	At       place
	Own      word `yaml:"own"`
	Bodies   word `yaml:"bodies"`
	Instead  word `yaml:"instead"`
	Standing word `yaml:"standing"`
}

// rawMeeting is either a mapping {day: MON, at: "15:00", pack: "17:00"} or the word off.
type rawMeeting struct {
	At    place
	Word  word `yaml:",scalar"`
	Day   word `yaml:"day"`
	Clock word `yaml:"at"`
	Pack  word `yaml:"pack"`
}

// rawCircular is either a mapping or the word off.
type rawCircular struct {
	At          place
	Word        word   `yaml:",scalar"`
	Late        word   `yaml:"late"`
	Stale       word   `yaml:"stale"`
	Answers     word   `yaml:"answers"`
	Rectify     word   `yaml:"rectify"`
	To          []word `yaml:"to"`
	Supervision word   `yaml:"supervision"`
}

type rawAlert struct {
	At      place
	File    word         `yaml:"file"`
	Mail    rawAlertMail `yaml:"mail"`
	Webhook word         `yaml:"webhook_file"`
}

type rawAlertMail struct {
	At    place
	Login rawLogin `yaml:",inline"`
	From  word     `yaml:"from"`
	To    []word   `yaml:"to"`
}

type rawOffice struct {
	At       place
	Name     word   `yaml:"name"`
	Mail     word   `yaml:"mail"`
	Staff    []word `yaml:"staff"`
	Contact  word   `yaml:"contact"`
	Timezone word   `yaml:"timezone"`
}

type rawState struct {
	At      place
	Dir     word `yaml:"dir"`
	Reserve word `yaml:"reserve"`
}

// rawLogin is what all servers have in common.
type rawLogin struct {
	Host         word `yaml:"host"`
	Port         word `yaml:"port"`
	TLS          word `yaml:"tls"`
	User         word `yaml:"user"`
	PasswordFile word `yaml:"password_file"`
	PasswordEnv  word `yaml:"password_env"`
	Password     word `yaml:"password,hidden"`
	CAFile       word `yaml:"ca_file"`
}

type rawMailbox struct {
	At      place
	Login   rawLogin `yaml:",inline"`
	Folders []word   `yaml:"folders"`
	Sent    word     `yaml:"sent"`
	Poll    word     `yaml:"poll"`
	Auth    rawAuth  `yaml:"auth"`
}

type rawAuth struct {
	At     place
	Mode   word `yaml:"mode"`
	Server word `yaml:"authserv_id"`
}

type rawOutgoing struct {
	At    place
	Login rawLogin `yaml:",inline"`
	Pace  word     `yaml:"pace"`
	Allow []word   `yaml:"allow"`
	Fuse  rawFuse  `yaml:"fuse"`
}

type rawFuse struct {
	At         place
	PerAddress word `yaml:"per_address"`
	Total      word `yaml:"total"`
}

type rawRegistry struct {
	At          place
	Departments word `yaml:"departments"`
	Projects    word `yaml:"projects"`
	Leaders     word `yaml:"leaders"`
	Milestones  word `yaml:"milestones"`
	PlanCurve   word `yaml:"plan_curve"`
	Recipients  word `yaml:"recipients"`
	Units       word `yaml:"external_units"`
}

type rawSchedule struct {
	At         place
	Deadline   word          `yaml:"deadline"`
	Holiday    word          `yaml:"holiday"`
	Grace      word          `yaml:"grace"`
	Overrides  []rawOverride `yaml:"overrides"`
	Form       rawBefore     `yaml:"form"`
	Reminders  []rawStep     `yaml:"reminders"`
	Escalation rawMoment     `yaml:"escalation"`
	Resubmit   rawMoment     `yaml:"resubmit"`
	Preview    rawMoment     `yaml:"preview"`
	Summary    rawMoment     `yaml:"summary"`
	Corrected  rawMoment     `yaml:"corrected"`
	Quiet      word          `yaml:"quiet"`
	Settle     word          `yaml:"settle"`
	Daily      word          `yaml:"daily"`
}

type rawOverride struct {
	At       place
	Week     word `yaml:"week"`
	Deadline word `yaml:"deadline"`
	Reason   word `yaml:"reason"`
}

type rawStep struct {
	At     place
	Before word `yaml:"before"`
	After  word `yaml:"after"`
	Clock  word `yaml:"at"`
	CC     word `yaml:"cc"`
}

// rawBefore is either a mapping {before: 1wd, at: "09:00"} or the word off.
type rawBefore struct {
	At     place
	Word   word `yaml:",scalar"`
	Before word `yaml:"before"`
	Clock  word `yaml:"at"`
}

// rawMoment is either a mapping {after: 1wd, at: "08:30"} or one word, a cron expression.
type rawMoment struct {
	At    place
	Cron  word `yaml:",scalar"`
	After word `yaml:"after"`
	Clock word `yaml:"at"`
}

type rawLights struct {
	At          place
	Red         word `yaml:"red"`
	Yellow      word `yaml:"yellow"`
	MinSchedule word `yaml:"min_schedule"`
	RedStart    word `yaml:"red_start"`
	RedOverdue  word `yaml:"red_overdue"`
	Approved    word `yaml:"approved"`
}

type rawPermits struct {
	At       place
	Approved word        `yaml:"approved"`
	Usual    []rawPermit `yaml:"usual"`
}

type rawPermit struct {
	At     place
	Permit word `yaml:"permit"`
	Days   word `yaml:"days"`
	Dept   word `yaml:"department"`
}

type rawScore struct {
	At       place
	OnTime   word `yaml:"on_time"`
	Quality  word `yaml:"quality"`
	Complete word `yaml:"complete"`
	LateDay  word `yaml:"late_day"`
	Late     word `yaml:"late"`
	Returned word `yaml:"returned"`
	Again    word `yaml:"returned_again"`
	Approved word `yaml:"approved"`
}

type rawConsole struct {
	At     place
	Listen word `yaml:"listen"`
}
