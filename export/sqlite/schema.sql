CREATE UNIQUE INDEX releases_id ON releases (id, revision);
CREATE INDEX releases_published ON releases (published);
CREATE INDEX releases_site ON releases (site, published);
CREATE INDEX releases_kind ON releases (kind, published);
CREATE INDEX revisions_release ON revisions (release);
CREATE INDEX quotes_release ON quotes (release);
CREATE INDEX quotes_speaker ON quotes (speaker);
CREATE INDEX references_value ON references_ (value);
CREATE INDEX related_url ON related (url);
CREATE INDEX topics_topic ON topics (topic);

CREATE VIEW latest AS -- the newest version of each release, newest first
SELECT published, site, kind, title, lead, topics, speakers, status, url, id, revision, number
FROM releases AS this
WHERE revision = (SELECT max(revision) FROM releases AS other WHERE other.id = this.id)
ORDER BY published DESC, url;

CREATE VIEW quotes_by_speaker AS -- who said what, where and when
SELECT speaker, quotes.role, quotes.unit, quotes.text, published, site, title, url, id
FROM quotes JOIN latest ON latest.number = quotes.release
WHERE speaker <> ''
ORDER BY speaker, published, url, quotes.number;

CREATE VIEW speakers AS -- who is quoted how often
SELECT speaker, count(*) AS quotations, count(DISTINCT id) AS releases, count(DISTINCT site) AS sites,
  min(published) AS first, max(published) AS last
FROM quotes_by_speaker
GROUP BY speaker
ORDER BY quotations DESC, speaker;

CREATE VIEW months AS -- how many releases of each kind a site published
SELECT substr(published, 1, 7) AS month, site, kind, count(*) AS releases
FROM latest
GROUP BY month, site, kind
ORDER BY month DESC, site, kind;

CREATE VIEW topics_by_year AS -- how many releases are about what
SELECT substr(published, 1, 4) AS year, topic, count(DISTINCT id) AS releases
FROM topics JOIN latest ON latest.number = topics.release
GROUP BY year, topic
ORDER BY year DESC, releases DESC, topic;
