package ingest

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// cloudHosts are the stores in which mail providers and people keep what is too large for a
// mail, by a piece of the host name; the path decides where a host also serves other things.
var cloudHosts = []struct{ host, path string }{
	{"mail.qq.", "/ftn"},
	{"mail.qq.", "/cgi-bin/ftn"},
	{"exmail.qq.", "ftn"},
	{"ftn.qq.", ""},
	{"mail.163.", "attachment"},
	{"mail.126.", "attachment"},
	{"mail.yeah.", "attachment"},
	{"163.", "/filehub"},
	{"163.", "large-attachment"},
	{"netease.", "cloudattach"},
	{"qiye.163.", "download"},
	{"dashi.163.", ""},
	{"fs.163.", ""},
	{"u.163.", ""},
	{"pan.baidu.", ""},
	{"yun.baidu.", ""},
	{"eyun.baidu.", ""},
	{"weiyun.", ""},
	{"share.weiyun.", ""},
	{"drive.weixin.qq.", ""},
	{"docs.qq.", ""},
	{"kdocs.", ""},
	{"drive.wps.", ""},
	{"wps.", "/l/"},
	{"aliyundrive.", ""},
	{"alipan.", ""},
	{"quark.", ""},
	{"lanzou", ""},
	{"ctfile.", ""},
	{"cloud.189.", ""},
	{"caiyun.139.", ""},
	{"yun.139.", ""},
	{"mail.10086.", "download"},
	{"wenshushu.", ""},
	{"cowtransfer.", ""},
	{"jianguoyun.", ""},
	{"onedrive.", ""},
	{"1drv.", ""},
}

// cloudPaths mark a store by its path alone: Coremail and the systems of single governments
// serve theirs from the mail server itself.
var cloudPaths = []string{
	"/ftn/", "ftn_", "large-attachment", "largeattach", "bigattach", "bigfile", "big_file", "netdisk",
	"filetransfer", "/nf/", "cloud_attach", "cloudattach", "attach_download", "func=nf:", "share/link",
	"mail/large", "transferstation", "/coremail/s/", "downloadattach",
}

// cloudWords announce such a link in the text.
var cloudWords = regexp.MustCompile(`超大附件|云附件|大附件|文件中转站|中转站|网盘|邮箱网盘|提取码|BigAttach|进入下载页面`)

var bareLink = regexp.MustCompile(`https?://[^\s<>"'，。；）)】]+`)

// maxLinks bounds the links kept of one mail.
const maxLinks = 20

func bareLinks(text string) []string { return bareLink.FindAllString(text, 4*maxLinks) }

// addLinks keeps those links that lead to a stored file: by their address, or any link to a
// page when the text speaks of a cloud attachment.
func (p *messageParser) addLinks(links []string, text string) {
	announced := cloudWords.MatchString(text)
	for _, link := range links {
		if len(p.msg.Links) >= maxLinks {
			return
		}
		if len(link) > 2000 || !isCloudLink(link) && (!announced || !isWebPage(link)) {
			continue
		}
		if !slices.Contains(p.msg.Links, link) {
			p.msg.Links = append(p.msg.Links, link)
		}
	}
}

func isCloudLink(link string) bool {
	u, err := url.Parse(link)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") {
		return false
	}
	host, path := strings.ToLower(u.Hostname()), strings.ToLower(u.RequestURI())
	for _, c := range cloudHosts {
		if hostHas(host, c.host) && strings.Contains(path, c.path) {
			return true
		}
	}
	for _, c := range cloudPaths {
		if strings.Contains(path, c) {
			return true
		}
	}
	return false
}

// hostHas looks for a piece of a host name at a label's start.
func hostHas(host, piece string) bool {
	return strings.HasPrefix(host, piece) || strings.Contains(host, "."+piece)
}

func isWebPage(link string) bool {
	u, err := url.Parse(link)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") {
		return false
	}
	path := strings.ToLower(u.Path)
	for _, picture := range []string{".png", ".jpg", ".jpeg", ".gif", ".css", ".js", ".ico"} {
		if strings.HasSuffix(path, picture) {
			return false
		}
	}
	return true
}
