-- Every three letters of an address or a name lead to the people who have them. It keeps no copy of the texts.
CREATE VIRTUAL TABLE "UserSearch" USING fts5("email", "name", content = 'User', content_rowid = 'seq', tokenize = 'trigram');
INSERT INTO "UserSearch"("UserSearch") VALUES ('rebuild');

-- Keep the table UserSearch as the table User is. A migration that rebuilds User drops them, and ends with this.
CREATE TRIGGER "User_search_insert" AFTER INSERT ON "User" BEGIN
    INSERT INTO "UserSearch"("rowid", "email", "name") VALUES (new."seq", new."email", new."name");
END;
CREATE TRIGGER "User_search_update" AFTER UPDATE OF "email", "name" ON "User" BEGIN
    INSERT INTO "UserSearch"("UserSearch", "rowid", "email", "name") VALUES ('delete', old."seq", old."email", old."name");
    INSERT INTO "UserSearch"("rowid", "email", "name") VALUES (new."seq", new."email", new."name");
END;
CREATE TRIGGER "User_search_delete" AFTER DELETE ON "User" BEGIN
    INSERT INTO "UserSearch"("UserSearch", "rowid", "email", "name") VALUES ('delete', old."seq", old."email", old."name");
END;
