package cases

import "time"

// mails are the rules about a mail as a whole: its sender, its week, its attachments.
func mails() []Case {
	return []Case{
		plain("no-attachment", without),
		plain("link-attachment", without, func(r *Report) {
			r.Text = "附件较大,已存网盘,请下载: https://mail.qq.com/cgi-bin/ftnExs_download?k=0a1b2c&t=exs_ftn_download"
		}),
		plain("split-mail", without, func(r *Report) { r.Problem = "partial" }),
		plain("sealed-mail", without, func(r *Report) { r.Problem = "encrypted" }),
		plain("attachment-unused", beside("现场照片.jpg", "image")),
		named("attachment-unused", "旧邮件里的", beside("第37周周报.xlsx", "quoted-mail")),
		named("attachment-unused", "没有填写的空表", beside("空表.xlsx", "blank-form")),
		named("attachment-unused", "较早一期的表", beside("第36周周报.xlsx", "earlier-issue")),
		plain("sender-not-registered", func(r *Report) { r.From = "yannichen@privatemail.example" }),
		plain("sender-unclear", func(r *Report) { r.From = Sender + ", zjj@lanchuan.example" }),
		told("sender-auth-failed", Sender),
		told("sender-unverified", Sender),
		told("office-code-stranger", "kpb@elsewhere.example"),
		told("office-code-unknown", "48217730"),
		told("office-code-used", "48217730"),
		told("office-code-expired", "48217730"),
		told("office-code-word", "48217730"),
		told("office-code-claimant", "D05"),
		told("recall-asked", ""),
		told("visit-unclear", "下周到二水厂看看"),
		told("leader-order", "副区长卓拟行:请区交通局本周五前拿出拆迁方案"),
		told("leader-order-unclear", ""),
		told("nil-again", "3"),
		told("claim-not-aside", "D05"),
		told("claim-no-report", "D05"),
		told("claim-overtaken", "D05"),
		told("addition-registered", "滨江绿道提升工程"),
		told("request-not-asked", "I07"),
		told("request-unclear", "I07"),
		told("request-several", "I07、I12"),
		told("request-office-unknown", "I07"),
		told("request-office-unit", "I07"),
		told("request-office-early", "I07"),
		plain("department-unclear", func(r *Report) {
			r.From, r.Unit = shared, ""
			only(Road)(r)
			r.Row(Road).put("project_id", "")
			r.Row(Road).put("project_name", "滨江绿道")
		}),
		plain("period-mismatch", func(r *Report) { r.Period = "2026年第36周" }),
		told("closed-week-file", "第36周"),
		plain("same-as-last-week-file", func(r *Report) { r.Repeats, r.Period = true, "" }),
		plain("form-other-week", func(r *Report) { r.Identity = [3]string{"2026-1", "2026-W37", "D05"} }),
		plain("old-form", func(r *Report) { r.Identity = [3]string{formerForm, "2026-W38", "D05"} }),
		plain("unit-mismatch", func(r *Report) { r.Unit = "区住建局" }),
		plain("late", func(r *Report) { r.Received = r.Received.Add(9 * time.Hour) }),
		plain("received-after-due-sent-before", func(r *Report) {
			r.Sent = r.Received.Add(7 * time.Hour)
			r.Received = r.Received.Add(9 * time.Hour)
		}).also("late"),
		told("correction-late", ""),
		plain("empty-subject", func(r *Report) { r.Subject = "" }),
		plain("archive", func(r *Report) { r.Way = "archive" }),
		plain("nested-message", func(r *Report) { r.Way = "nested-message" }),
		plain("format-et", func(r *Report) { r.BookName = "区交通局第38周周报.et" }),
		told("repeated-file", "区交通局第38周周报.xlsx"),
	}
}

// formerForm is a version of the form sent out before the one in use.
const formerForm = "2025-2"

// Former lists the versions of the form that were sent out before, for the cases.
func Former() []string { return []string{formerForm} }

// files are the rules about a workbook that cannot be read: one case for each of their sentences.
func files() []Case {
	const book = "区交通局第38周周报.xlsx"
	return []Case{
		plain("not-a-spreadsheet", instead("第38周周报.html", "not-a-spreadsheet")),
		named("not-a-spreadsheet", "PDF", instead("第38周周报(盖章).pdf", "pdf")),
		named("not-a-spreadsheet", "OFD", instead("第38周周报.ofd", "ofd")),
		named("not-a-spreadsheet", "照片", instead("周报照片.jpg", "image")),
		named("not-a-spreadsheet", "Word", instead("第38周周报.docx", "word")),
		named("not-a-spreadsheet", "演示文稿", instead("第38周周报.pptx", "slides")),
		plain("encrypted-workbook", refused(book, "encrypted-workbook")),
		named("encrypted-workbook", "打开密码", refused(book, "password")),
		named("encrypted-workbook", "加密软件", refused(book, "sealed")),
		plain("damaged-workbook", refused(book, "damaged-workbook")),
		named("damaged-workbook", "损坏", refused(book, "damaged")),
		named("damaged-workbook", "空文件", refused(book, "empty")),
		plain("legacy-workbook", refused("第38周周报.xls", "legacy-workbook")),
		named("legacy-workbook", "很早以前的格式", refused("第38周周报.xls", "legacy-excel")),
		named("legacy-workbook", "二进制工作簿", refused("第38周周报.xlsb", "binary-excel")),
		named("legacy-workbook", "别的表格格式", refused("第38周周报.ods", "unread-workbook")),
		plain("too-large", refused(book, "too-large")),
		named("too-large", "文件太多", refused("周报.zip", "too-many")),
		plain("archive-encrypted", refused("周报.zip", "archive-encrypted")),
		named("archive-encrypted", "密码", refused("周报.rar", "archive-password")),
		plain("archive-damaged", refused("周报.zip", "archive-damaged")),
		named("archive-damaged", "分卷", refused("周报.part2.rar", "archive-part")),
		named("archive-damaged", "打不开", refused("周报.7z", "archive")),
	}
}
