/* SPDX-License-Identifier: GPL-3.0-or-later */
/* role - see role.h */
#include "app/local/role.h"

enum { ROLES = BOX_ALL + 1 };

/* Names that servers and programs give these folders, by languages: English,
 * Korean, Japanese, Chinese (both scripts), German, French, Spanish, Italian,
 * Portuguese, Dutch, Swedish, Danish, Norwegian, Finnish, Icelandic, Polish,
 * Czech, Slovak, Hungarian, Romanian, Bulgarian, Russian, Ukrainian, Greek,
 * Turkish, Hebrew, Arabic, Thai, Vietnamese, Indonesian, Croatian, Slovenian,
 * Estonian, Latvian, Lithuanian, Catalan. */
static const struct {
	enum box_role role;
	const char *const name[60];
} names[] = {
	{ BOX_DRAFTS,
		{ "Drafts", "Draft", "임시보관함", "임시 보관함",
			"내게쓴편지함", "下書き", "草稿箱", "草稿", "草稿匣",
			"Entwürfe", "Brouillons", "Borradores", "Bozze",
			"Rascunhos", "Concepten", "Utkast", "Kladder",
			"Luonnokset", "Drög", "Kopie robocze", "Szkice",
			"Koncepty", "Rozepsané", "Rozpísané", "Piszkozatok",
			"Ciorne", "Чернови", "Черновики", "Чернетки",
			"Πρόχειρα", "Taslaklar", "טיוטות", "المسودات", "مسودات",
			"ร่าง", "จดหมายร่าง", "Thư nháp", "Bản nháp", "Draf",
			"Konsep", "Skice", "Nacrti", "Osnutki", "Mustandid",
			"Melnraksti", "Juodraščiai", "Esborranys" } },
	{ BOX_SENT,
		{ "Sent", "Sent Messages", "Sent Items", "Sent Mail",
			"보낸편지함", "보낸 편지함", "보낸메일함",
			"보낸 메일함", "送信済み", "送信済みメール",
			"送信済みトレイ", "已发送", "已发送邮件", "寄件備份",
			"已傳送郵件", "Gesendet", "Gesendete Elemente",
			"Gesendete Objekte", "Envoyés", "Messages envoyés",
			"Éléments envoyés", "Enviados", "Elementos enviados",
			"Mensajes enviados", "Posta inviata", "Inviata",
			"Itens enviados", "Verzonden", "Verzonden items",
			"Skickat", "Sendt", "Sendte elementer", "Lähetetyt",
			"Sent póstur", "Wysłane", "Odeslané", "Odoslané",
			"Elküldött", "Trimise", "Изпратени", "Отправленные",
			"Надіслані", "Απεσταλμένα", "Gönderilmiş",
			"Gönderilenler", "נשלח", "المرسل", "المرسلة", "ส่งแล้ว",
			"จดหมายที่ส่ง", "Đã gửi", "Thư đã gửi", "Terkirim",
			"Poslano", "Saadetud", "Nosūtītie", "Išsiųsti",
			"Enviats" } },
	{ BOX_ARCHIVE,
		{ "Archive", "Archives", "All Mail", "보관함", "보관편지함",
			"アーカイブ", "归档", "存档", "封存", "Archiv",
			"Archivos", "Archivo", "Archivio", "Arquivo",
			"Arquivos", "Archief", "Arkiv", "Arkisto", "Safn",
			"Archiwum", "Archív", "Archívum", "Arhivă", "Архив",
			"Архів", "Αρχείο", "Αρχειοθήκη", "Arşiv", "ארכיון",
			"الأرشيف", "أرشيف", "ที่เก็บถาวร", "Lưu trữ", "Arsip",
			"Arhiva", "Arhiv", "Arhiiv", "Arhīvs", "Archyvas",
			"Arxiu" } },
	{ BOX_JUNK,
		{ "Junk", "Spam", "Junk E-mail", "Junk Email", "Bulk Mail",
			"스팸메일함", "스팸함", "스팸편지함", "스팸",
			"정크 메일", "迷惑メール", "垃圾邮件", "垃圾郵件",
			"Junk-E-Mail", "Spamverdacht", "Courrier indésirable",
			"Indésirables", "Pourriel", "Correo no deseado",
			"Posta indesiderata", "Lixo Eletrônico",
			"Lixo eletrônico", "Ongewenst", "Ongewenste e-mail",
			"Skräppost", "Uønsket mail", "Søppelpost", "Roskaposti",
			"Ruslpóstur", "Wiadomości-śmieci", "Niechciane",
			"Nevyžádaná pošta", "Nevyžiadaná pošta", "Levélszemét",
			"Mesaje nedorite", "Нежелана поща", "Спам",
			"Небажана пошта", "Ανεπιθύμητα", "Önemsiz",
			"İstenmeyen", "דואר זבל", "זבל",
			"البريد غير المرغوب فيه", "سبام", "จดหมายขยะ",
			"Thư rác", "Bezvrijedna pošta", "Neželena pošta",
			"Rämpspost", "Surogātpasts", "Mēstules", "Šlamštas",
			"Correu brossa" } },
	{ BOX_TRASH,
		{ "Trash", "Deleted Messages", "Deleted Items", "Bin",
			"Deleted", "휴지통", "지운편지함", "ゴミ箱", "ごみ箱",
			"削除済みアイテム", "已删除邮件", "已删除", "废件箱",
			"垃圾桶", "刪除的郵件", "Papierkorb",
			"Gelöschte Elemente", "Gelöscht", "Corbeille",
			"Éléments supprimés", "Papelera",
			"Elementos eliminados", "Cestino", "Posta eliminata",
			"Lixeira", "Lixo", "Itens excluídos", "Prullenbak",
			"Verwijderde items", "Papperskorgen", "Borttaget",
			"Papirkurv", "Slettet post", "Papirkurven", "Roskakori",
			"Poistetut", "Rusl", "Kosz", "Koš", "Kôš", "Kuka",
			"Lomtár", "Coș de gunoi", "Кошче", "Корзина", "Кошик",
			"Κάδος", "Απορρίμματα", "Çöp", "Çöp Kutusu", "אשפה",
			"المهملات", "ถังขยะ", "Thùng rác", "Sampah", "Smeće",
			"Smetnjak", "Prügikast", "Miskaste", "Šiukšlės" } },
};

enum box_role
role_of_name(const char *name)
{
	const char *slash = strrchr(name, '/'),
		   *last = slash ? slash + 1 : name;

	if (strcmp(name, "INBOX") == 0)
		return BOX_INBOX;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (size_t k = 0; k < sizeof names[i].name / sizeof(char *) &&
				   names[i].name[k];
			k++)
			if (str_ieq(str_c(last), str_c(names[i].name[k])))
				return names[i].role;
	return BOX_PLAIN;
}

static enum box_role
by_config(const struct config_account *a, const char *name)
{
	const char *const set[ROLES] = { [BOX_DRAFTS] = a->drafts,
		[BOX_SENT] = a->sent,
		[BOX_ARCHIVE] = a->archive,
		[BOX_JUNK] = a->junk,
		[BOX_TRASH] = a->trash };

	for (int r = 0; r < ROLES; r++)
		if (set[r] && strcmp(set[r], name) == 0)
			return (enum box_role)r;
	return BOX_PLAIN;
}

void
role_assign(const struct config_account *a, struct role_folder *folder,
	size_t count)
{
	bool taken[ROLES] = { false };

	for (size_t i = 0; i < count; i++)
		folder[i].role = BOX_PLAIN;
	for (int source = 0; source < 3; source++)
		for (size_t i = 0; i < count; i++) {
			enum box_role r =
				source == 0   ? by_config(a, folder[i].name)
				: source == 1 ? folder[i].server
					      : role_of_name(folder[i].name);

			if (r == BOX_PLAIN || (int)r >= ROLES || taken[r] ||
				folder[i].role != BOX_PLAIN)
				continue;
			folder[i].role = r;
			taken[r] = true;
		}
}
