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
